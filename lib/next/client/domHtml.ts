import { hashElement } from '../../react/compaction/hashHtml.ts'
import { createHtmlGetterProps } from '../../react/reactClientInternals.ts'

/** HTML that came with the document, and only there. */
export interface DomHtml {
  /** For the element that shows it. */
  readonly props: Readonly<Record<string, unknown>>
  /** Whether it is known, or found in the page, where it is as long as React has not mounted anything in its place. */
  isAvailable(): boolean
  /** Shows `text` where something else is shown: React does not compare HTML when it hydrates. */
  overwrite(text: string): void
}

/**
 * By element and mark. As many as the document has brought: navigation brings its HTML along, and adds none.
 */
const sources = new Map<string, DomHtml>()

/**
 * What an element is to show, if the document has brought it. React compares HTML by identity: an element that
 * shows HTML of the document is not touched when a navigation brings the same HTML again.
 *
 * @param expected whether it must have come with the document
 */
export function getDomHtml(tag: string, hash: string, expected: boolean): DomHtml | undefined {
  const key = tag + hash
  let html = sources.get(key)
  if (html === undefined && expected) {
    html = createDomHtml(tag, hash)
    sources.set(key, html)
  }
  return html
}

function createDomHtml(tag: string, hash: string): DomHtml {
  let mountedElement: Element | null = null
  let text: string | undefined
  /** What somebody else has made of it, a translator or an extension: better than nothing. */
  let modifiedHtml: string | undefined

  const findHtml = () => {
    if (text !== undefined) return text
    const currentHtml = mountedElement?.innerHTML
    if (mountedElement && hashElement(mountedElement) === hash) text = currentHtml
    else modifiedHtml = currentHtml ?? modifiedHtml
    text ??= getHtmlByHash(tag).get(hash)
    return text
  }
  return {
    isAvailable: () => mountedElement !== null || findHtml() !== undefined,
    overwrite(html) {
      text = html
      if (mountedElement && hashElement(mountedElement) !== hash) mountedElement.innerHTML = html
    },
    props: {
      ...createHtmlGetterProps(() => findHtml() ?? modifiedHtml ?? ''),
      ref(element: Element | null) {
        // The last moment: what is unmounted here may be mounted again, by the back button for instance.
        if (element === null) findHtml()
        mountedElement = element
      },
    },
  }
}

let htmlByTag = new Map<string, Map<string, string>>()

/** The HTML of all elements of a kind. Whoever looks for one will look for the others in the same go. */
function getHtmlByHash(tag: string): Map<string, string> {
  let htmlByHash = htmlByTag.get(tag)
  if (htmlByHash === undefined) {
    htmlByHash = new Map()
    for (const element of document.getElementsByTagName(tag)) {
      htmlByHash.set(hashElement(element), element.innerHTML)
    }
    if (htmlByTag.size === 0) setTimeout(() => (htmlByTag = new Map()))
    htmlByTag.set(tag, htmlByHash)
  }
  return htmlByHash
}
