import { createContentCacheError } from './errors.ts'
import type { FragmentStore, Lookup, LookupRequest } from './fragmentStore.ts'

/** A lookup that waits for its batch. Its age is computed when the batch is sent. */
export interface QueuedLookup extends Omit<LookupRequest, 'ageMs'> {
  readonly ageMs: () => number
}

/**
 * Gathers the lookups of sibling fragments, which a renderer starts in one go, into one call of the store. It waits for
 * one microtask only: a timer would add latency, and leave a dynamic hole in a prerendered page.
 *
 * @param withTimeout bounds each call of the store
 */
export function createLookupBatcher(
  store: FragmentStore,
  withTimeout = <T>(promise: Promise<T>) => promise,
): (request: QueuedLookup) => Promise<Lookup> {
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
      const requests = batch.map(({ request }) => ({ ...request, ageMs: request.ageMs() }))
      const lookups = await withTimeout(store.lookup(requests))
      batch.forEach((item, index) => {
        const lookup = lookups[index]
        if (lookup) item.resolve(lookup)
        else item.reject(createContentCacheError('CC_STORE_REPLY', [lookups.length, batch.length]))
      })
    } catch (error) {
      for (const item of batch) item.reject(error)
    }
  }

  return (request) =>
    new Promise((resolve, reject) => {
      if (queue.push({ request, resolve, reject }) === 1) queueMicrotask(flush)
    })
}
