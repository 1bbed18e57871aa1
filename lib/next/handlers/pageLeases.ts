import { LRUCache } from 'lru-cache'
import { type Engine, tryStoreOperation } from '../../core/engine.ts'
import type { HeldLease, LeaseReply, Token } from '../../core/fragmentStore.ts'

/**
 * The leases of the pages that this process renders, so that of several processes one renders an expired page.
 *
 * Next does not tell the end of a render whose result it does not store, such as one of a page with dynamic parts, or one
 * that failed. So a lease is only requested for a page that was stored before.
 */
export interface PageLeases {
  /** Called before each lookup of a page. Ends the lease of an earlier render, which has ended without a result. */
  begin(key: string): void
  /** How long to request the lease for with the lookup, in milliseconds. Absent when none is wanted. */
  getRequestMs(key: string): number | undefined
  /** Called with the page that a lookup has found. */
  noteStored(key: string): void
  /** Called when Next gets no page, and will render one. */
  noteMiss(key: string, lease: LeaseReply | undefined): void
  /**
   * Waits while another process renders the page, within bounds.
   *
   * @returns false when there is nothing to wait for
   */
  waitForOthers(key: string): Promise<boolean>
  /** Requests the lease to replace a stale page. @returns whether this process may render it */
  acquire(key: string, requiredToken: Token | undefined): Promise<boolean>
  /** Called with the result of a render. */
  end(key: string, isStored: boolean): void
}

/** Pages of which this process remembers whether they are stored. */
const MAX_PAGES = 10_000

export function createPageLeases(engine: Engine): PageLeases {
  const { store, limits } = engine
  const isStoredByKey = new LRUCache<string, boolean>({ max: MAX_PAGES })
  /** Renders that may be under way, with their leases. */
  const renders = new LRUCache<string, { readonly lease: HeldLease | undefined }>({ max: MAX_PAGES })

  function release(key: string) {
    const lease = renders.peek(key)?.lease
    renders.delete(key)
    if (lease) engine.releaseLease(lease)
  }

  return {
    begin(key) {
      if (!renders.has(key)) return
      release(key)
      isStoredByKey.set(key, false)
    },
    getRequestMs: (key) => (!store.isLocal && isStoredByKey.get(key) === true ? limits.leaseTime : undefined),
    noteStored: (key) => void isStoredByKey.set(key, true),
    noteMiss(key, lease) {
      renders.set(key, { lease: lease?.isGranted ? { key, lease: lease.lease } : undefined })
    },
    async waitForOthers(key) {
      // Where nothing is known about the page, another process may know that it is stored.
      if (store.isLocal || isStoredByKey.get(key) === false) return false
      const { leaseWait } = limits
      await tryStoreOperation(engine, 'lease', () => store.waitForRelease(key, leaseWait), leaseWait)
      return true
    },
    async acquire(key, requiredToken) {
      if (store.isLocal || requiredToken === undefined) return true
      const lease = await tryStoreOperation(engine, 'lease', () =>
        store.lease(key, { requiredToken, wasMiss: false }, limits.leaseTime),
      )
      if (lease === undefined) return false
      renders.set(key, { lease: { key, lease } })
      return true
    },
    end(key, isStored) {
      release(key)
      if (isStored) isStoredByKey.set(key, true)
    },
  }
}
