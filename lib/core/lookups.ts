import type { FragmentStore, Lookup, LookupRequest } from './store.ts'

/** As the store is asked, but with an age that goes on growing until it is. */
export interface PendingLookup extends Omit<LookupRequest, 'age'> {
  readonly age: () => number
}

/**
 * Gathers the lookups of sibling fragments, which a renderer starts in one go, into one call of the store.
 * A microtask later is soon enough: a timer would cost latency, and in a prerender a dynamic hole.
 *
 * @param inTime bounds the call, once for all
 */
export function createLookups(
  store: FragmentStore,
  inTime = <T>(answer: Promise<T>) => answer,
): (request: PendingLookup) => Promise<Lookup> {
  let waiting: {
    request: PendingLookup
    resolve: (found: Lookup) => void
    reject: (error: unknown) => void
  }[] = []

  async function flush() {
    const batch = waiting
    waiting = []
    try {
      // Between the first sibling and here the renderer may have been busy for long. A token that is younger
      // by as much would let stale data through the fence.
      const requests = batch.map(({ request }) => ({ ...request, age: request.age() }))
      const found = await inTime(store.lookup(requests))
      batch.forEach((item, index) => {
        const lookup = found[index]
        if (lookup) item.resolve(lookup)
        else item.reject(new Error(`The store answered ${found.length} of ${batch.length} lookups.`))
      })
    } catch (error) {
      for (const item of batch) item.reject(error)
    }
  }

  return (request) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ request, resolve, reject }) === 1) queueMicrotask(flush)
    })
}
