import { load } from '../pages/load.mjs'
import { waitUntil } from './waitUntil.mjs'

/** Loads all pages until each is served from the cache. */
export async function loadUntilHits(site, urls) {
  await waitUntil(async () => {
    await site.takeTally()
    for (const url of urls) await load(url)
    const { readers } = await site.takeTally()
    return readers.requests === urls.length && readers.waited + readers.stale === 0
  }, 'The pages have not become hits in time.')
}
