import type { FragmentStore, Lookup, LookupRequest } from './store.ts'

/**
 * Gathers the lookups of sibling fragments, which a renderer starts in one go, into one call of the store.
 * A microtask later is soon enough: a timer would cost latency, and in a prerender a dynamic hole.
 */
export function createLookups(store: FragmentStore): (request: LookupRequest) => Promise<Lookup> {
  let waiting: {
    request: LookupRequest
    resolve: (found: Lookup) => void
    reject: (error: unknown) => void
  }[] = []

  async function flush() {
    const batch = waiting
    waiting = []
    try {
      const found = await store.lookup(batch.map((item) => item.request))
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
