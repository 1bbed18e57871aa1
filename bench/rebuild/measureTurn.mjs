import { setTimeout } from 'node:timers/promises'
import { load } from '../pages/load.mjs'
import { runEditor } from './editor.mjs'
import { createLedger } from './ledger.mjs'
import { runReaders } from './readers.mjs'
import { PAGES } from './site.mjs'
import { startWorker } from './worker.mjs'

const pages = Array.from({ length: PAGES }, (_, page) => page)

const WAIT_TIMEOUT_MS = 15_000

/** Runs readers and an editor at the same time with one of the strategies. */
export async function measureTurn(strategy, { site, redis, isIdle, secret, seconds, readers, edits, first }) {
  await warmUp(site)
  const worker = strategy.worker ? await startWorker({ redis, site: site.url, secret }) : undefined
  try {
    const ledger = createLedger()
    const lags = []
    const recordedEdits = []
    const until = performance.now() + seconds * 1000
    const { cpu } = await site.takeTally()
    const [latencies, next] = await Promise.all([
      runReaders({
        site,
        perSecond: readers,
        seconds,
        onPage: (html, requestedAt) => lags.push(ledger.measureLag(html, requestedAt)),
      }),
      runEditor({
        site,
        mode: strategy.mode,
        perSecond: edits,
        until,
        first,
        onEdit(details) {
          recordedEdits.push(details)
          ledger.recordEdit(details)
        },
      }),
    ])
    if (worker)
      await waitUntil(
        async () => hasHandledAll(worker, recordedEdits) && (await isIdle()),
        'The worker has not become idle in time.',
      )
    const rebuilds = worker ? await getRebuildTimes(worker, recordedEdits) : []
    const tally = await waitForTally(site, latencies.length)
    const stalePages = worker ? await countStalePages(site, ledger) : 0
    return {
      latencies,
      lags,
      tally,
      cpu: tally.cpu - cpu,
      edits: recordedEdits.length,
      rebuilds,
      stalePages,
      next,
    }
  } finally {
    await worker?.stop()
  }
}

/** Loads all pages until each is served from the cache. */
async function warmUp(site) {
  await waitUntil(async () => {
    await site.takeTally()
    for (const page of pages) await load(site.page(page))
    const { readers } = await site.takeTally()
    return readers.requests === PAGES && readers.waited + readers.stale === 0
  }, 'The pages have not become hits in time.')
}

/**
 * Waits until all requests are counted, then takes the tally.
 *
 * @throws when a request is missing, the counts by request and by event differ, or the site reports a failure
 */
async function waitForTally(site, readers) {
  const isComplete = (tally) =>
    tally.readers.requests === readers && tally.readers.fills + tally.worker.fills === tally.events
  let tally
  await waitUntil(
    async () => isComplete((tally = await site.readTally())),
    () => `The tally of ${readers} readers is incomplete: ${JSON.stringify(tally)}`,
  )
  if (tally.failures.length > 0) throw new Error(`The site reported failures: ${tally.failures.join('; ')}`)
  return site.takeTally()
}

/** Returns the milliseconds from each edit to the end of the first rebuild of its page that began after the edit. */
async function getRebuildTimes({ log }, edits) {
  const findRebuildTimes = () => {
    const rebuilds = log
      .filter(({ msg }) => msg === 'rebuilt')
      .map(({ route, time, durationMs }) => ({ route, endedAt: Date.parse(time), durationMs }))
    return edits.map(({ page, at }) => {
      const first = rebuilds.find(
        // The times of the log are rounded to milliseconds.
        ({ route, endedAt, durationMs }) => route === `/pages/${page}` && endedAt - durationMs >= at - 1,
      )
      return first && first.endedAt - at
    })
  }
  await waitUntil(() => !findRebuildTimes().includes(undefined), 'The worker has not rebuilt all pages.')
  return findRebuildTimes()
}

/** Whether the worker has handled the messages of all edits. */
function hasHandledAll({ log }, edits) {
  const messages = log
    .filter(({ msg }) => msg === 'handled')
    .reduce((sum, handled) => sum + handled.messages, 0)
  return messages >= edits.length
}

/** Counts the pages that are out of date or need a render although the worker is idle. */
async function countStalePages(site, ledger) {
  let stalePages = 0
  for (const page of pages) {
    await site.takeTally()
    const { body } = await load(site.page(page))
    await waitUntil(
      async () => (await site.readTally()).readers.requests > 0,
      'The request for a page was not counted in time.',
    )
    const { waited, stale } = (await site.takeTally()).readers
    if (waited + stale > 0 || ledger.measureLag(body.toString(), performance.now()) > 0) stalePages++
  }
  return stalePages
}

async function waitUntil(predicate, describeFailure) {
  for (const until = performance.now() + WAIT_TIMEOUT_MS; performance.now() < until; await setTimeout(50)) {
    if (await predicate()) return
  }
  throw new Error(typeof describeFailure === 'string' ? describeFailure : describeFailure())
}
