import { createContentCacheError } from './errors.ts'
import type { FragmentStore, Lookup, LookupRequest } from './fragmentStore.ts'

/** As the store is asked, but with an age that goes on growing until it is. */
export interface QueuedLookup extends Omit<LookupRequest, 'ageMs'> {
  readonly ageMs: () => number
}

/**
 * Gathers the lookups of sibling fragments, which a renderer starts in one go, into one call of the store.
 * A microtask later is soon enough: a timer would cost latency, and in a prerender a dynamic hole.
 *
 * @param withTimeout bounds the call, once for all
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
      // Between the first sibling and here the renderer may have been busy for long. A token that is younger
      // by as much would let stale data through the fence.
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
