import type { Token } from '../core/fragmentStore.ts'
import { createKeyedWaiters } from '../core/keyedWaiters.ts'
import { isAtLeast } from '../core/token.ts'

export interface Leases {
  acquire(key: string, requiredToken: Token, now: number, milliseconds: number): string | undefined
  release(key: string, lease: string): void
  waitForRelease(key: string, milliseconds: number): Promise<void>
  clear(): void
}

export function createLeases(): Leases {
  const held = new Map<string, { lease: string; requiredToken: Token; heldUntil: number }>()
  const waiters = createKeyedWaiters()
  let acquiredCount = 0

  return {
    acquire(key, requiredToken, now, milliseconds) {
      const holder = held.get(key)
      // The holder may render data from before an expiry that the caller must see: let both render.
      if (holder && now < holder.heldUntil && isAtLeast(holder.requiredToken, requiredToken)) return undefined
      const lease = String(++acquiredCount)
      held.set(key, { lease, requiredToken, heldUntil: now + milliseconds })
      return lease
    },
    release(key, lease) {
      // Another fill may have taken the lease over. The waiters for that fill go on waiting.
      waiters.wake(toWaiterKey(key, lease))
      if (held.get(key)?.lease !== lease) return
      held.delete(key)
      waiters.wake(key)
    },
    waitForRelease(key, milliseconds) {
      const holder = held.get(key)
      if (holder === undefined) return Promise.resolve()
      return new Promise((resolve) => {
        const resume = () => {
          clearTimeout(timer)
          for (const remove of removes) remove()
          resolve()
        }
        const removes = [key, toWaiterKey(key, holder.lease)].map((name) => waiters.add(name, resume))
        const timer = setTimeout(resume, milliseconds)
      })
    },
    clear() {
      held.clear()
      waiters.wakeAll()
    },
  }
}

const toWaiterKey = (key: string, lease: string) => `${lease}\0${key}`
