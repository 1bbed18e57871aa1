import { setTimeout } from 'node:timers/promises'
import { createRandom } from '../createRandom.mjs'
import { extractVisibleText } from '../pages/extractVisibleText.mjs'
import { load } from '../pages/load.mjs'
import { measureInterleaved } from '../pages/measureInterleaved.mjs'
import { countStalePages } from './countStalePages.mjs'
import { loadUntilHits } from './loadUntilHits.mjs'
import { FRONTS, ROWS } from './site.mjs'
import { waitForTally } from './waitForTally.mjs'
import { waitForWorker } from './waitForWorker.mjs'
import { startWorker } from './worker.mjs'

export const EDITS_PER_STORM = 10
export const EDIT_INTERVAL_MS = 100
/** Requests without a cache per round, about as many as the rebuilds of a storm. */
const UNCACHED_REQUESTS = 8

/** The compression that the worker accepts. Node's `fetch` sends it over HTTP. */
const WORKER_ENCODING = 'gzip, deflate'

/** Storms before the measurement. The JIT compilers are done after some 200 rebuilds. */
const WARM_UP_STORMS = 25

/** The minimum time between two rebuilds of a page, and some more. Without it, fewer rebuilds would follow a late storm. */
const PAUSE_MS = 1_200

/**
 * Edits rows of large pages in quick succession, without readers, while a worker has the pages rebuilt. Storms and
 * requests without a cache take turns.
 *
 * @returns the rounds of the storms and of the requests without a cache, and how many pages needed a render or were
 *   out of date after a storm. `cpu` is the site's CPU time in milliseconds per rebuild or request
 */
export async function measureStorms({ site, redis, isIdle, secret, storms, onStorm }) {
  const urls = Array.from({ length: FRONTS }, (_, page) => site.front(page))
  // The rows and the order are the same in each run.
  const random = createRandom(1)
  let edits = 0
  let stalePages = 0
  await loadUntilHits(site, urls)
  const worker = await startWorker({ redis, site: site.url, secret })
  try {
    const variants = [runStorm, requestUncached]
    await measureInterleaved(variants, WARM_UP_STORMS, random, (run) => run())
    const [rounds, uncached] = await measureInterleaved(variants, storms, random, async (run) => {
      const round = await run()
      if (run === runStorm) onStorm()
      return round
    })
    return { rounds, uncached, stalePages }
  } finally {
    await worker.stop()
  }

  async function runStorm() {
    await setTimeout(PAUSE_MS)
    const { cpu } = await site.takeTally()
    const startedAt = performance.now()
    for (let index = 0; index < EDITS_PER_STORM; index++) {
      await setTimeout(Math.max(0, startedAt + index * EDIT_INTERVAL_MS - performance.now()))
      await site.edit(`row:${edits++ % FRONTS}:${Math.floor(random() * ROWS)}`, 'publish')
    }
    await waitForWorker(worker, edits, isIdle)
    const tally = await waitForTally(site, 0)
    stalePages += await countStalePages(site, urls, showsSameAsUncached)
    const rebuilds = tally.worker.requests
    return { rebuilds, cpu: ((tally.cpu - cpu) * 1000) / rebuilds }
  }

  async function requestUncached() {
    const { cpu } = await site.takeTally()
    for (let index = 0; index < UNCACHED_REQUESTS; index++)
      await load(getUncachedUrl(urls[index % FRONTS]), { encoding: WORKER_ENCODING })
    const tally = await waitForTally(site, UNCACHED_REQUESTS)
    return { cpu: ((tally.cpu - cpu) * 1000) / UNCACHED_REQUESTS }
  }

  /** Whether a front shows the same text as its render without a cache, in which the data is always current. */
  async function showsSameAsUncached(html, url) {
    const { body } = await load(getUncachedUrl(url))
    // The request must not be counted later, in the tally of another measurement.
    await waitForTally(site, 1)
    return extractVisibleText(html) === extractVisibleText(body.toString())
  }
}

const getUncachedUrl = (url) => `${url}?cache=off`
