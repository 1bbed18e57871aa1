import type { FragmentStore, Lookup, LookupRequest, SharedLookup } from '../../core/fragmentStore.ts'
import type { ExpiryFeed } from '../expiryFeed/expiryFeed.ts'
import type { LocalCache } from '../localCache/localCache.ts'
import { isAffected, type PendingExpiries } from './pendingExpiries.ts'

export interface LayeredLookupParts {
  readonly local: LocalCache | undefined
  readonly feed: ExpiryFeed
  readonly pendingExpiries: PendingExpiries
  /** @param calledAt the moment, on this process's monotonic clock, at which the ages were measured */
  lookupShared(requests: readonly LookupRequest[], calledAt: number): Promise<SharedLookup[]>
}

export type LayeredLookup = Pick<FragmentStore, 'lookup' | 'lookupSync' | 'derived'>

/** Answers from local copies where they may be served, and asks Redis for the rest in one batch. */
export function createLayeredLookup({
  local,
  feed,
  lookupShared,
  pendingExpiries,
}: LayeredLookupParts): LayeredLookup {
  /** Asks Redis. An expiry of this process may still be on its way, for instance on another connection. */
  async function lookUpShared(requests: readonly LookupRequest[], calledAt: number): Promise<SharedLookup[]> {
    const pending = pendingExpiries.list()
    const replies = await lookupShared(requests, calledAt)
    if (pending.length === 0) return replies
    return replies.map((reply) =>
      reply.entry && isAffected(reply.entry.dependencies, pending)
        ? { ...reply, entry: undefined, markedStale: false }
        : reply,
    )
  }

  return {
    async lookup(requests) {
      const calledAt = performance.now()
      // Copies are served only while this process follows the expiries.
      if (local) feed.start()
      const answers: (Lookup | undefined)[] = (await local?.read(requests)) ?? requests.map(() => undefined)
      const remaining = requests.filter((_, index) => answers[index] === undefined)
      if (remaining.length === 0) return answers as Lookup[]
      const sharedLookups = await lookUpShared(remaining, calledAt)
      return answers.map((answer) => answer ?? (sharedLookups.shift() as Lookup))
    },
    lookupSync: (key) => local?.getSync(key),
    derived: local?.derived,
  }
}
