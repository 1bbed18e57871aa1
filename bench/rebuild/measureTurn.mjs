import { setTimeout } from 'node:timers/promises'
import { load } from '../pages/load.mjs'
import { edit } from './editor.mjs'
import { createLedger } from './ledger.mjs'
import { read } from './readers.mjs'
import { PAGES } from './site.mjs'
import { startWorker } from './worker.mjs'

const pages = Array.from({ length: PAGES }, (_, page) => page)

/** Milliseconds for which it is waited for what must come by itself. */
const WAIT_TIMEOUT_MS = 15_000

/** Readers and an editor at once, for a while, with one of the strategies. */
export async function measureTurn(strategy, { site, redis, isIdle, secret, seconds, readers, edits, first }) {
  await warm(site)
  const worker = strategy.worker ? await startWorker({ redis, site: site.url, secret }) : undefined
  try {
    const ledger = createLedger()
    const lags = []
    const edited = []
    const until = performance.now() + seconds * 1000
    const { cpu } = await site.takeTally()
    const [latencies, next] = await Promise.all([
      read({
        site,
        perSecond: readers,
        seconds,
        onPage: (html, requestedAt) => lags.push(ledger.lag(html, requestedAt)),
      }),
      edit({
        site,
        mode: strategy.mode,
        perSecond: edits,
        until,
        first,
        onEdit(details) {
          edited.push(details)
          ledger.edited(details)
        },
      }),
    ])
    if (worker)
      await waitUntil(
        async () => isDone(worker, edited) && (await isIdle()),
        'The worker does not come to rest.',
      )
    const rebuilds = worker ? await getRebuildTimes(worker, edited) : []
    const tally = await waitForTally(site, latencies.length)
    const leftOld = worker ? await countOld(site, ledger) : 0
    return { latencies, lags, tally, cpu: tally.cpu - cpu, edits: edited.length, rebuilds, leftOld, next }
  } finally {
    await worker?.stop()
  }
}

/** Until nothing is left to render. */
async function warm(site) {
  await waitUntil(async () => {
    await site.takeTally()
    for (const page of pages) await load(site.page(page))
    const { readers } = await site.takeTally()
    return readers.requests === PAGES && readers.waited + readers.stale === 0
  }, 'The pages do not come to be hits.')
}

/** @throws when a reader is not accounted for, what was counted by request is not what the events say, or anything failed */
async function waitForTally(site, readers) {
  const isWhole = (tally) =>
    tally.readers.requests === readers && tally.readers.fills + tally.worker.fills === tally.events
  let tally
  await waitUntil(
    async () => isWhole((tally = await site.tally())),
    () => `Of ${readers} readers this was counted: ${JSON.stringify(tally)}`,
  )
  if (tally.troubles.length > 0) throw new Error(`There was trouble: ${tally.troubles.join('; ')}`)
  return site.takeTally()
}

/** Milliseconds from each edit to the end of the first rebuild of its page that began after it. */
async function getRebuildTimes({ log }, edited) {
  const findRebuildTimes = () => {
    const rebuilt = log
      .filter(({ msg }) => msg === 'rebuilt')
      .map(({ route, time, ms }) => ({ route, ended: Date.parse(time), ms }))
    return edited.map(({ page, at }) => {
      const first = rebuilt.find(
        // What the log has of time is whole milliseconds.
        ({ route, ended, ms }) => route === `/pages/${page}` && ended - ms >= at - 1,
      )
      return first && first.ended - at
    })
  }
  await waitUntil(() => !findRebuildTimes().includes(undefined), 'The worker has not rebuilt all pages.')
  return findRebuildTimes()
}

/** Whether it has acted upon the message of every edit. */
function isDone({ log }, edited) {
  const messages = log
    .filter(({ msg }) => msg === 'handled')
    .reduce((sum, handled) => sum + handled.messages, 0)
  return messages >= edited.length
}

/** @returns how many pages are out of date, or have to be rendered for their reader, although the worker is done */
async function countOld(site, ledger) {
  let old = 0
  for (const page of pages) {
    await site.takeTally()
    const { body } = await load(site.page(page))
    await waitUntil(
      async () => (await site.tally()).readers.requests > 0,
      'The reader of a page is not accounted for.',
    )
    const { waited, stale } = (await site.takeTally()).readers
    if (waited + stale > 0 || ledger.lag(body.toString(), performance.now()) > 0) old++
  }
  return old
}

async function waitUntil(predicate, describeFailure) {
  for (const until = performance.now() + WAIT_TIMEOUT_MS; performance.now() < until; await setTimeout(50)) {
    if (await predicate()) return
  }
  throw new Error(typeof describeFailure === 'string' ? describeFailure : describeFailure())
}
