import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { createClientError } from '../react/createClientError.ts'
import type { FragmentHtml } from './documentHtml.ts'

type HtmlLookup = (id: string) => FragmentHtml | undefined

/**
 * Gives the component that renders a document access to the HTML that stays on the server. It is a client component:
 * its bundle must not import server modules.
 */
const getHtmlSource = defineGlobalSingleton<{ find?: HtmlLookup }>('documentHtml', () => ({}))

export function registerHtmlSource(find: HtmlLookup): void {
  getHtmlSource().find = find
}

/**
 * @throws {ContentCacheError} CC_FRAGMENT_HTML_MISSING when the request of the document is unknown. The page would lack
 * the fragment's content
 */
export function readDocumentHtml(id: string | undefined): FragmentHtml {
  const html = id === undefined ? undefined : getHtmlSource().find?.(id)
  if (html === undefined)
    throw createClientError(
      'CC_FRAGMENT_HTML_MISSING',
      'The HTML of a cached fragment is no longer there for the document that shows it. Load the page again.',
    )
  return html
}
