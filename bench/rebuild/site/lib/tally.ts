import type { CacheEvent } from 'react-cache-content/core'
import { requestReport } from 'react-cache-content/next'

interface Requests {
  requests: number
  /** Requests of which a fragment was rendered while they waited, by themselves or by another that they joined. */
  waited: number
  /** Requests that were shown an old copy. */
  stale: number
  /** Outermost fragments that were rendered for them or joined. */
  fills: number
}

interface Tally {
  readers: Requests
  worker: Requests
  /** Outermost fragments that were rendered or joined, as the events say: of readers and worker together. */
  events: number
  /** What must not happen here. */
  troubles: string[]
  /** What the first readers waited for who did. */
  waits: { fragment: string; outcome: string; reason: string | undefined; ms: number }[]
}

const MOST_SHOWN = 20

const none = (): Requests => ({ requests: 0, waited: 0, stale: 0, fills: 0 })
const empty = (): Tally => ({ readers: none(), worker: none(), events: 0, troubles: [], waits: [] })

const holder = globalThis as { rebuildTally?: { now: Tally } }

/** Of the whole process: Next bundles pages, routes and the instrumentation apart. */
const tally = (holder.rebuildTally ??= { now: empty() })

export function countEvent(event: CacheEvent): void {
  if (event.type === 'miss' || event.type === 'join') {
    if (event.fragment.parent === undefined) tally.now.events++
  } else if (event.type === 'store-error') {
    // While a machine that is out of breath hears nothing of expiries, it reads from Redis: nothing fails.
    if (event.operation !== 'subscribe') trouble(`${event.operation}: ${event.error}`)
  } else if (event.type === 'rebuild-refused' || event.type === 'fail-safe' || event.type === 'bypass') {
    trouble(`${event.type}: ${event.reason}`)
  }
}

function trouble(text: string) {
  if (tally.now.troubles.length < MOST_SHOWN) tally.now.troubles.push(text)
}

/** Counts the request that is rendered just now, when how it was served is known; nobody waits for that. */
export async function countRequest(isWorker: boolean): Promise<void> {
  // A fragment within one that is rendered behind a reader's back is nothing that he waits for.
  const served = (await requestReport()).filter(({ parent }) => parent === undefined)
  const counted = isWorker ? tally.now.worker : tally.now.readers
  const filled = served.filter(({ outcome }) => outcome === 'miss' || outcome === 'join')
  counted.requests++
  counted.fills += filled.length
  if (filled.length > 0) counted.waited++
  if (served.some(({ outcome }) => outcome === 'stale')) counted.stale++
  if (isWorker) return
  for (const { key, outcome, reason, ms } of filled) {
    if (tally.now.waits.length < MOST_SHOWN) tally.now.waits.push({ fragment: key, outcome, reason, ms })
  }
}

/** What was counted since it was last taken. */
export function takeTally(): Tally {
  const taken = tally.now
  tally.now = empty()
  return taken
}

export const readTally = () => tally.now
