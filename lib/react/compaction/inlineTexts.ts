import type { CompactTree } from './compactTree.ts'
import { HASH_LENGTH } from './hashHtml.ts'

/** The contents of the elements with HTML, in the order of the tree. */
export interface InlinedContents {
  /**
   * For each element the hash of its HTML, or its text between two {@link TEXT_MARK}s. A text of a few characters costs less
   * than a hash, which does not compress, and the browser needs no object to find it.
   */
  readonly contents: string
  /** The HTML of those that have a hash. */
  readonly html: readonly string[]
}

/** Writes short texts in place of the hashes of their HTML. */
export function inlineTexts({ html, htmlHashes }: Pick<CompactTree, 'html' | 'htmlHashes'>): InlinedContents {
  let contents = ''
  const rest: string[] = []
  for (const [index, item] of html.entries()) {
    const text = item.length <= MAX_HTML_LENGTH ? parseText(item) : undefined
    if (text !== undefined) contents += TEXT_MARK + text + TEXT_MARK
    else {
      contents += htmlHashes.slice(index * HASH_LENGTH, (index + 1) * HASH_LENGTH)
      rest.push(item)
    }
  }
  return { contents, html: rest }
}

/** The content of one element. */
export type Content =
  | { readonly text: string; readonly hash?: undefined }
  | { readonly text?: undefined; readonly hash: string; readonly htmlIndex: number }

/** Returns a function that reads {@link InlinedContents.contents} one by one. */
export function createContentReader(contents: string): () => Content {
  let at = 0
  let nextHtml = 0
  return () => {
    if (contents[at] !== TEXT_MARK) {
      const hash = contents.slice(at, (at += HASH_LENGTH))
      return { hash, htmlIndex: nextHtml++ }
    }
    const end = contents.indexOf(TEXT_MARK, at + 1)
    const text = contents.slice(at + 1, end)
    at = end + 1
    return { text }
  }
}

/** Longer texts travel once, as the HTML of the document. */
const MAX_HTML_LENGTH = 32
/** No character of a hash. */
const TEXT_MARK = '|'

/** @returns nothing for HTML with elements, comments or other entities than those of React, and for text with the mark */
function parseText(html: string): string | undefined {
  if (/[<|\0\r]|&(?!(?:amp|lt|gt|quot|#x27);)/.test(html)) return undefined
  return html.includes('&') ? html.replace(/&[^;]+;/g, (entity) => CHARACTERS[entity] ?? entity) : html
}

const CHARACTERS: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
}
