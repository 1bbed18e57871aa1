import { hashElement } from '../../react/compaction/hashHtml.ts'
import { readField, writeField } from '../../react/compaction/readField.ts'
import { createHtmlGetterProps } from '../../react/reactClientInternals.ts'
import { type HtmlProps, replaceBehaviours } from './behaviourProps.ts'

/** HTML that came with the document, and not with its data. */
export interface DomHtml {
  /** The props of the element that shows the HTML. */
  readonly props: HtmlProps
  /** Reads the HTML of the mounted element, before something changes it. */
  keep(): void
  /** Whether an element shows the HTML. Several elements may. */
  isShown(element: Element): boolean
  /** Whether the HTML is known, or still in the page. It is there until React mounts something in its place. */
  isAvailable(): boolean
  /** Shows `text` if the element shows other HTML. React does not compare HTML when it hydrates. */
  overwrite(text: string): void
}

/** By tag and hash. Only a document adds entries. A navigation brings its HTML along. */
const sources = new Map<string, DomHtml>()

/**
 * Returns the HTML of an element, if it came with the document. React compares HTML by identity: an element that shows
 * HTML of the document stays untouched when a navigation brings the same HTML again.
 *
 * @param isExpected whether the HTML must have come with the document
 */
export function getDomHtml(tag: string, hash: string, isExpected: boolean): DomHtml | undefined {
  const key = tag + hash
  let html = sources.get(key)
  if (html === undefined && isExpected) {
    html = createDomHtml(tag, hash)
    sources.set(key, html)
  }
  return html
}

function createDomHtml(tag: string, hash: string): DomHtml {
  let mountedElement: Element | null = null
  let hasShownHtml = false
  let text: string | undefined
  /** The HTML as a translator or an extension has changed it. It is used where the original is unknown. */
  let modifiedHtml: string | undefined

  const findHtml = () => {
    if (text !== undefined) return text
    const currentHtml = mountedElement ? readField(mountedElement, 'innerHTML') : undefined
    hasShownHtml = mountedElement !== null && hashElement(mountedElement) === hash
    if (hasShownHtml) text = currentHtml
    else modifiedHtml = currentHtml ?? modifiedHtml
    text ??= getHtmlByHash(tag).get(hash)
    return text
  }
  return {
    keep: findHtml,
    isShown(element) {
      const isShown = hashElement(element) === hash
      if (element === mountedElement) hasShownHtml = isShown
      return isShown
    },
    isAvailable: () => mountedElement !== null || findHtml() !== undefined,
    overwrite(html) {
      text = html
      if (mountedElement === null || hasShownHtml || hashElement(mountedElement) === hash) return
      const element = mountedElement
      replaceBehaviours(element, () => writeField(element, 'innerHTML', html))
    },
    props: {
      ...createHtmlGetterProps(() => findHtml() ?? modifiedHtml ?? ''),
      ref(element: Element | null) {
        // The last chance to read the HTML. The element may be mounted again later, by the back button for instance.
        if (element === null) findHtml()
        mountedElement = element
        hasShownHtml = false
      },
    },
  }
}

let htmlByTag = new Map<string, Map<string, string>>()

/** The HTML of all elements of a kind. A page looks for many of them in one task, so they are hashed together. */
function getHtmlByHash(tag: string): Map<string, string> {
  let htmlByHash = htmlByTag.get(tag)
  if (htmlByHash === undefined) {
    htmlByHash = new Map()
    // An `<img name="getElementsByTagName">` hides the method of the document.
    for (const element of Document.prototype.getElementsByTagName.call(document, tag)) {
      htmlByHash.set(hashElement(element), readField(element, 'innerHTML'))
    }
    if (htmlByTag.size === 0) setTimeout(() => (htmlByTag = new Map()))
    htmlByTag.set(tag, htmlByHash)
  }
  return htmlByHash
}
