import { BROWSER_ENCODING } from './load.mjs'
import { getPagePath, modes } from './modes.mjs'

/** The connections that load a page. */
const CONNECTIONS = 3

/** Returns the pages of a shape in the given modes. @param site the servers of a build */
export function createVariants(
  site,
  { page, names, connections = CONNECTIONS, encoding = BROWSER_ENCODING, edit },
) {
  return modes
    .filter(({ name }) => names.includes(name))
    .map((mode) => {
      const server = mode.etags === false ? site.urlWithoutEtags : site.url
      const url = `${server}${getPagePath(mode, page)}`
      const urls = Array.from({ length: connections }, (_, connection) =>
        // Each reader has its own copy, because an edit during the render of another reader changes its work.
        mode.name === 'edit' ? `${url}${url.includes('?') ? '&' : '?'}copy=${connection}` : url,
      )
      return { ...mode, build: site.build, site: server, urls, encoding, edit }
    })
}
