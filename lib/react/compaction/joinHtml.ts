import { type CompactTree, getCompleteText } from './compactTree.ts'
import { createTagHash } from './createTagHash.ts'
import type { Piece } from './extractPlainParts.ts'
import { concatHtmlHashes, createHtmlHash, finishHtmlHash, type HtmlHash } from './hashHtml.ts'

/** The HTML of an element, cut where a tree is embedded. */
export interface RenderedPart {
  readonly texts: readonly string[]
  /** Each tree comes behind one text and before the next. */
  readonly trees: readonly CompactTree[]
}

/** The HTML of a tree, with the bounds and the hashes of the inner HTML of its elements. */
export interface JoinedHtml {
  readonly text: string
  readonly bounds: readonly number[]
  readonly htmlHashes: string
  /** The hash of the whole text of a plain tree. */
  readonly textHash?: HtmlHash | undefined
}

/** Joins the HTML of a plain tree, which includes its outermost elements. */
export function joinOuterHtml(pieces: readonly Piece[], parts: readonly RenderedPart[]): JoinedHtml {
  let text = ''
  let htmlHashes = ''
  const bounds: number[] = []
  const textHashes: HtmlHash[] = []
  for (const piece of pieces) {
    const base = text.length
    if ('tree' in piece) {
      for (const bound of piece.tree.bounds) bounds.push(base + bound)
      htmlHashes += piece.tree.htmlHashes
      text += getCompleteText(piece.tree)
      textHashes.push(getTextHash(piece.tree))
    } else if (piece.hasHtml) {
      const { startTag, inner, innerHash, endTag } = splitElement(parts[piece.part])
      bounds.push(base + startTag.length, base + startTag.length + inner.length)
      htmlHashes += finishHtmlHash(innerHash)
      text += startTag + inner + endTag
      textHashes.push(createTagHash(startTag), innerHash, createTagHash(endTag))
    } else {
      const [html = ''] = parts[piece.part]?.texts ?? []
      text += html
      textHashes.push(createHtmlHash(html))
    }
  }
  return { text, bounds, htmlHashes, textHash: concatHtmlHashes(textHashes) }
}

/** Joins the inner HTML of the plain elements in a tree. */
export function joinInnerHtml(pieces: readonly Piece[], parts: readonly RenderedPart[]): JoinedHtml {
  let text = ''
  let htmlHashes = ''
  const bounds: number[] = []
  const add = (html: string) => {
    bounds.push(text.length, text.length + html.length)
    text += html
  }
  for (const piece of pieces) {
    if ('tree' in piece) {
      // Throws for a tree that is not complete.
      getCompleteText(piece.tree)
      for (const html of piece.tree.html) add(html)
      htmlHashes += piece.tree.htmlHashes
    } else {
      const { inner, innerHash } = splitElement(parts[piece.part])
      htmlHashes += finishHtmlHash(innerHash)
      add(inner)
    }
  }
  return { text, bounds, htmlHashes }
}

export function getInnerHtml(part: RenderedPart | undefined): string {
  return splitElement(part).inner
}

interface SplitElement {
  readonly startTag: string
  readonly inner: string
  /** Made from the hashes of the embedded trees, whose HTML may be long. */
  readonly innerHash: HtmlHash
  readonly endTag: string
}

/** React escapes `>` in attributes, so the first `>` ends the start tag. */
function splitElement({ texts, trees }: RenderedPart = { texts: [], trees: [] }): SplitElement {
  const [first = ''] = texts
  const last = texts.at(-1) ?? ''
  const start = first.indexOf('>') + 1
  const end = last.lastIndexOf('</')
  let inner = ''
  const hashes: HtmlHash[] = []
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index] ?? ''
    const own = text.slice(index === 0 ? start : 0, index === texts.length - 1 ? end : undefined)
    inner += own
    hashes.push(createHtmlHash(own))
    const tree = trees[index]
    if (index === texts.length - 1 || tree === undefined) continue
    inner += getCompleteText(tree)
    hashes.push(getTextHash(tree))
  }
  const innerHash = hashes.length === 1 && hashes[0] ? hashes[0] : concatHtmlHashes(hashes)
  return { startTag: first.slice(0, start), inner, innerHash, endTag: last.slice(end) }
}

/** The text of a stored tree is hashed once, for all trees that embed it. */
function getTextHash(tree: CompactTree): HtmlHash {
  tree.textHash ??= createHtmlHash(tree.text)
  return tree.textHash
}
