import type { CacheEvent } from 'react-cache-content/core'
import { requestReport } from 'react-cache-content/next'

interface Requests {
  requests: number
  /** Requests that waited for the render of a fragment, by themselves or by another request that they joined. */
  waited: number
  /** Requests that received a stale copy. */
  stale: number
  /** Outermost fragments that the requests rendered or joined. */
  fills: number
}

interface Tally {
  readers: Requests
  worker: Requests
  /** Outermost fragments that readers and worker rendered or joined, as counted by events. */
  events: number
  /** Events that must not occur in the benchmark. */
  failures: string[]
  /** The fragments that readers waited for, up to a limit. */
  waits: { fragment: string; outcome: string; reason: string | undefined; durationMs: number }[]
}

const MAX_LISTED = 20

const createRequests = (): Requests => ({ requests: 0, waited: 0, stale: 0, fills: 0 })
const createTally = (): Tally => ({
  readers: createRequests(),
  worker: createRequests(),
  events: 0,
  failures: [],
  waits: [],
})

const holder = globalThis as { rebuildTally?: { current: Tally } }

/** Stored globally, because Next bundles pages, routes and the instrumentation separately. */
const tally = (holder.rebuildTally ??= { current: createTally() })

export function countEvent(event: CacheEvent): void {
  if (event.type === 'miss' || event.type === 'join') {
    if (event.fragment.parent === undefined) tally.current.events++
  } else if (event.type === 'store-error') {
    // An overloaded machine may lose its subscription. It then reads from Redis, and no request fails.
    if (event.operation !== 'subscribe') recordTrouble(`${event.operation}: ${event.error}`)
  } else if (event.type === 'rebuild-refused' || event.type === 'fail-safe' || event.type === 'bypass') {
    recordTrouble(`${event.type}: ${event.reason}`)
  }
}

function recordTrouble(text: string) {
  if (tally.current.failures.length < MAX_LISTED) tally.current.failures.push(text)
}

/** Counts the current request when its report is complete. The page does not wait for the promise. */
export async function countRequest(isWorker: boolean): Promise<void> {
  // Nested fragments are excluded: when their parent is refreshed in the background, no reader waits for them.
  const reports = (await requestReport()).filter(({ parent }) => parent === undefined)
  const counts = isWorker ? tally.current.worker : tally.current.readers
  const fills = reports.filter(({ outcome }) => outcome === 'miss' || outcome === 'join')
  counts.requests++
  counts.fills += fills.length
  if (fills.length > 0) counts.waited++
  if (reports.some(({ outcome }) => outcome === 'stale')) counts.stale++
  if (isWorker) return
  for (const { key, outcome, reason, durationMs } of fills) {
    if (tally.current.waits.length < MAX_LISTED)
      tally.current.waits.push({ fragment: key, outcome, reason, durationMs })
  }
}

/** Returns the counts and resets them. */
export function takeTally(): Tally {
  const previous = tally.current
  tally.current = createTally()
  return previous
}

export const readTally = () => tally.current
