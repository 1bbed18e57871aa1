import { countStalePages } from './countStalePages.mjs'
import { runEditor } from './editor.mjs'
import { createLedger } from './ledger.mjs'
import { loadUntilHits } from './loadUntilHits.mjs'
import { runReaders } from './readers.mjs'
import { PAGES } from './site.mjs'
import { waitForTally } from './waitForTally.mjs'
import { waitForWorker } from './waitForWorker.mjs'
import { waitUntil } from './waitUntil.mjs'
import { startWorker } from './worker.mjs'

/** Runs readers and an editor at the same time with one of the strategies. */
export async function measureTurn(strategy, { site, redis, isIdle, secret, seconds, readers, edits, first }) {
  const urls = Array.from({ length: PAGES }, (_, page) => site.page(page))
  await loadUntilHits(site, urls)
  const worker = strategy.worker ? await startWorker({ redis, site: site.url, secret }) : undefined
  try {
    const ledger = createLedger()
    const isUpToDate = (html) => ledger.measureLag(html, performance.now()) === 0
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
    if (worker) await waitForWorker(worker, recordedEdits.length, isIdle)
    const rebuilds = worker ? await getRebuildTimes(worker, recordedEdits) : []
    const tally = await waitForTally(site, latencies.length)
    const stalePages = worker ? await countStalePages(site, urls, isUpToDate) : 0
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
