import { load } from '../pages/load.mjs'
import { waitUntil } from './waitUntil.mjs'

/**
 * Counts the pages that are out of date or need a render although the worker is idle.
 *
 * @param isUpToDate called with `(html, url)` for each page
 */
export async function countStalePages(site, urls, isUpToDate) {
  let stalePages = 0
  for (const url of urls) {
    await site.takeTally()
    const { body } = await load(url)
    await waitUntil(
      async () => (await site.readTally()).readers.requests > 0,
      'The request for a page was not counted in time.',
    )
    const { waited, stale } = (await site.takeTally()).readers
    if (waited + stale > 0 || !(await isUpToDate(body.toString(), url))) stalePages++
  }
  return stalePages
}
