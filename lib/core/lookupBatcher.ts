import { type Awaitable, isPromise } from './awaitable.ts'
import { createContentCacheError } from './errors.ts'
import type { FragmentStore, Lookup, LookupRequest } from './fragmentStore.ts'

/** A lookup that waits for its batch. Its age is computed when the batch is sent. */
export interface QueuedLookup extends Omit<LookupRequest, 'ageMs'> {
  readonly ageMs: () => number
}

/**
 * Gathers the lookups of sibling fragments, which a renderer starts in one go, into one call of the store. It waits for
 * one microtask only: a timer would add latency, and leave a dynamic hole in a prerendered page. A store in this process
 * replies at once.
 *
 * @param withTimeout bounds each call of the store
 */
export function createLookupBatcher(
  store: FragmentStore,
  withTimeout = <T>(promise: Promise<T>) => promise,
): (request: QueuedLookup) => Awaitable<Lookup> {
  let queue: {
    request: QueuedLookup
    resolve: (lookup: Lookup) => void
    reject: (error: unknown) => void
  }[] = []

  async function flush() {
    const batch = queue
    queue = []
    try {
      // The renderer may have been busy for long since the first sibling. A token that is too young by this time would
      // let stale data through the fence.
      const replies = store.lookup(batch.map(({ request }) => toLookupRequest(request)))
      const lookups = isPromise(replies) ? await withTimeout(replies) : replies
      batch.forEach((item, index) => {
        try {
          item.resolve(getReply(lookups, index, batch.length))
        } catch (error) {
          item.reject(error)
        }
      })
    } catch (error) {
      for (const item of batch) item.reject(error)
    }
  }

  const enqueue = (request: QueuedLookup) =>
    new Promise<Lookup>((resolve, reject) => {
      if (queue.push({ request, resolve, reject }) === 1) queueMicrotask(flush)
    })

  function lookUpNow(request: QueuedLookup): Awaitable<Lookup> {
    const replies = store.lookup([toLookupRequest(request)])
    return isPromise(replies)
      ? withTimeout(replies).then((lookups) => getReply(lookups, 0, 1))
      : getReply(replies, 0, 1)
  }

  return store.isLocal ? lookUpNow : enqueue
}

function toLookupRequest(request: QueuedLookup): LookupRequest {
  return { ...request, ageMs: request.ageMs() }
}

/** @throws {ContentCacheError} CC_STORE_REPLY when there is none */
function getReply(lookups: readonly Lookup[], index: number, count: number): Lookup {
  const lookup = lookups[index]
  if (lookup === undefined) throw createContentCacheError('CC_STORE_REPLY', [lookups.length, count])
  return lookup
}
