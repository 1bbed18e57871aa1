import { type Awaitable, isPromise, whenReady } from './awaitable.ts'
import { createCallBatcher } from './callBatcher.ts'
import { createContentCacheError } from './errors.ts'
import type { FragmentStore, Lookup, LookupRequest } from './fragmentStore.ts'

/** Limits the time for which one call keeps a shared store busy. Calls of one turn go out together. */
const MAX_LOOKUPS = 250

/** A lookup that waits for its batch. Its age is computed when the batch is sent. */
export interface QueuedLookup extends Omit<LookupRequest, 'ageMs'> {
  readonly ageMs: () => number
}

/**
 * Gathers the lookups of sibling fragments into one call of the store. A store in this process replies at once.
 *
 * @param withTimeout bounds each call of the store
 */
export function createLookupBatcher(
  store: FragmentStore,
  withTimeout = <T>(promise: Promise<T>) => promise,
): (request: QueuedLookup) => Awaitable<Lookup> {
  const enqueue = createCallBatcher<QueuedLookup, Lookup>({
    maxSize: MAX_LOOKUPS,
    async run(batch) {
      // The renderer may have been busy for long since the first sibling. A token that is too young by this time would
      // let stale data through the fence.
      const replies = store.lookup(batch.map(toLookupRequest))
      const lookups = isPromise(replies) ? await waitForReplies(batch, replies) : replies
      return batch.map((_, index) => lookups[index] ?? createReplyError(lookups.length, batch.length))
    },
  })

  async function waitForReplies(
    batch: readonly QueuedLookup[],
    replies: Promise<Lookup[]>,
  ): Promise<Lookup[]> {
    try {
      return await withTimeout(replies)
    } catch (error) {
      replies.then((lookups) => releaseLeases(store, batch, lookups)).catch(() => {})
      throw error
    }
  }

  function lookUpNow(request: QueuedLookup): Awaitable<Lookup> {
    const replies = store.lookup([toLookupRequest(request)])
    return whenReady(isPromise(replies) ? withTimeout(replies) : replies, getOnlyReply)
  }

  return store.isLocal ? lookUpNow : enqueue
}

/** Releases the leases of replies that came after the time limit. No fill uses them. */
async function releaseLeases(
  store: FragmentStore,
  batch: readonly QueuedLookup[],
  lookups: readonly Lookup[],
): Promise<void> {
  const leases = batch.flatMap(({ key }, index) => {
    const reply = lookups[index]?.lease
    return reply?.isGranted ? [{ key, lease: reply.lease }] : []
  })
  if (leases.length > 0) await store.release(leases)
}

function toLookupRequest(request: QueuedLookup): LookupRequest {
  return { ...request, ageMs: request.ageMs() }
}

/** @throws {ContentCacheError} CC_STORE_REPLY when there is none */
function getOnlyReply(lookups: readonly Lookup[]): Lookup {
  const [lookup] = lookups
  if (lookup === undefined) throw createReplyError(lookups.length, 1)
  return lookup
}

/** Creates the error CC_STORE_REPLY. */
function createReplyError(replies: number, requests: number): Error {
  return createContentCacheError('CC_STORE_REPLY', [replies, requests])
}
