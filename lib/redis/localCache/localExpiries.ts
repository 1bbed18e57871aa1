import { MAX_RECORDED_OBJECTS } from '../../core/protocol.gen.ts'
import type { LastExpiriesReply } from '../scripts/runReadLastExpiries.ts'

/** The last expiries of recorded objects, kept in this process, above Redis. Clocks are those of the store's expiries. */
export interface LocalExpiries {
  /** Returns the highest clock at which one of the objects may have been expired, or undefined when one is unknown. */
  getLast(objects: readonly string[]): number | undefined
  /** Keeps the clocks of a reply of Redis, unless it may lack an expiry that has arrived before it. */
  put(objects: readonly string[], reply: ExpiriesSnapshot): void
  /** Applies an expiry, also one that was applied already, or that arrives after a later one. */
  record(objects: readonly string[], clock: number): void
  /** Forgets all clocks, because expiries may have been missed. Replies to earlier requests are not kept. */
  clear(): void
}

/** The state of the server at one moment: `clocks` includes every expiry up to `clock`. */
export interface ExpiriesSnapshot extends Pick<LastExpiriesReply, 'clock' | 'clocks'> {
  /** When the request was sent, on this process's monotonic clock. */
  readonly sentAt: number
}

/**
 * Only replies add objects. An expiry alone would not do: a late reply to an expiry of this process may arrive after a gap,
 * and later expiries of the object may be in that gap.
 *
 * @param now a monotonic clock in milliseconds, the same as that of `sentAt`
 */
export function createLocalExpiries(
  maxObjects = MAX_RECORDED_OBJECTS,
  now = () => performance.now(),
): LocalExpiries {
  /** The objects of the latest replies are last. */
  const clocks = new Map<string, number>()
  /** The highest clock of an expiry that is not in `clocks`. An earlier reply may lack that expiry. */
  let leftOutUpTo = 0
  /** Replies to requests that were sent up to this moment are not kept. */
  let trustedSince = -Infinity

  return {
    getLast(objects) {
      let last = 0
      for (const object of objects) {
        const clock = clocks.get(object)
        if (clock === undefined) return undefined
        last = Math.max(last, clock)
      }
      return last
    },
    put(objects, reply) {
      if (reply.sentAt <= trustedSince || reply.clock < leftOutUpTo) return
      for (const [index, object] of objects.entries()) {
        const clock = Math.max(reply.clocks[index] as number, clocks.get(object) ?? 0)
        clocks.delete(object)
        clocks.set(object, clock)
      }
      for (const [object, clock] of clocks) {
        if (clocks.size <= maxObjects) break
        clocks.delete(object)
        leftOutUpTo = Math.max(leftOutUpTo, clock)
      }
    },
    record(objects, clock) {
      for (const object of objects) {
        const known = clocks.get(object)
        if (known === undefined) leftOutUpTo = Math.max(leftOutUpTo, clock)
        else clocks.set(object, Math.max(known, clock))
      }
    },
    clear() {
      clocks.clear()
      // The clock of another history may start from zero.
      leftOutUpTo = 0
      trustedSince = now()
    },
  }
}
