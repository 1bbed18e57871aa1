import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { createClientError } from '../react/createClientError.ts'

type HtmlLookup = (id: string) => readonly string[] | undefined

/**
 * How the component that renders a document gets at the HTML that stays on the server. It is a client component,
 * in a bundle of its own that must not import what belongs to the server.
 */
const source = getGlobalSingleton<{ find?: HtmlLookup }>('documentHtml', () => ({}))

export function registerHtmlSource(find: HtmlLookup): void {
  source.find = find
}

/**
 * @throws {ContentCacheError} CC_FRAGMENT_HTML_MISSING where the request of the document is not known: the page would be
 * without its content
 */
export function readDocumentHtml(id: string | undefined): readonly string[] {
  const html = id === undefined ? undefined : source.find?.(id)
  if (html === undefined)
    throw createClientError(
      'CC_FRAGMENT_HTML_MISSING',
      'The HTML of a cached fragment is no longer there for the document that shows it. Load the page again.',
    )
  return html
}
