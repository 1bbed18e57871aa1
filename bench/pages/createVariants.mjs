import { BROWSER_ENCODING } from './load.mjs'
import { modes } from './modes.mjs'

/** The connections that load a page. */
export const CONNECTIONS = 3

/**
 * Returns the pages of a shape in the given modes. `visits` has for each connection the requests that it repeats. The
 * last one loads the page.
 *
 * @param site the servers of a build
 */
export function createVariants(
  site,
  { page, names, connections = CONNECTIONS, encoding = BROWSER_ENCODING, edit },
) {
  return modes
    .filter(({ name }) => names.includes(name))
    .map((mode) => {
      const server = mode.etags === false ? site.urlWithoutEtags : site.url
      const visits = Array.from({ length: connections }, (_, visitor) => createVisit(mode, page, visitor))
      return { ...mode, build: site.build, site: server, visits, encoding, edit }
    })
}

/** @returns requests with their methods and paths */
function createVisit({ name, path = name }, page, visitor) {
  if (name === 'empty') return [{ path: '/no-cache/empty' }]
  if (!name.startsWith('edit')) return [{ path: `/${path}/${page}` }]
  // Each visitor has its own copy, because an edit during the render of another visitor changes its work.
  const getCopy = (number) => `${page}${page.includes('?') ? '&' : '?'}copy=${number}`
  // No page shows the copies whose edits are measured alone.
  if (name === 'edit-request') return [{ method: 'POST', path: `/expire/${getCopy(`-${visitor + 1}`)}` }]
  return [{ method: 'POST', path: `/expire/${getCopy(visitor)}` }, { path: `/edit/${getCopy(visitor)}` }]
}
