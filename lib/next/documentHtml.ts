import { processWide } from '../core/processWide.ts'

type Lookup = (id: string) => readonly string[] | undefined

/**
 * How the component that renders a document gets at the HTML that stays on the server. It is a client component,
 * in a bundle of its own that must not import what belongs to the server.
 */
const lookup = processWide<{ find?: Lookup }>('documentHtml', () => ({}))

export function serveDocumentHtml(find: Lookup): void {
  lookup.find = find
}

/** @throws where the request of the document is not known: the page would be without its content */
export function documentHtml(id: string | undefined): readonly string[] {
  const found = id === undefined ? undefined : lookup.find?.(id)
  if (found === undefined) throw new Error('The HTML of a cached fragment is not there any more.')
  return found
}
