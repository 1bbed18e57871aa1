import type { Token } from '../core/fragmentStore.ts'
import { isAtLeast } from '../core/token.ts'

export interface Leases {
  acquire(key: string, requiredToken: Token, now: number, milliseconds: number): string | undefined
  release(key: string, lease: string): void
  waitForRelease(key: string, milliseconds: number): Promise<void>
  clear(): void
}

export function createLeases(): Leases {
  const held = new Map<string, { lease: string; requiredToken: Token; heldUntil: number }>()
  const waiting = new Map<string, Set<() => void>>()
  let acquiredCount = 0

  function wake(key: string) {
    const resumed = waiting.get(key)
    waiting.delete(key)
    for (const resume of resumed ?? []) resume()
  }

  return {
    acquire(key, requiredToken, now, milliseconds) {
      const holder = held.get(key)
      // What the holder renders may be older than an expiry the caller knows of: let both render.
      if (holder && now < holder.heldUntil && isAtLeast(holder.requiredToken, requiredToken)) return undefined
      const lease = String(++acquiredCount)
      held.set(key, { lease, requiredToken, heldUntil: now + milliseconds })
      return lease
    },
    release(key, lease) {
      if (held.get(key)?.lease !== lease) return
      held.delete(key)
      wake(key)
    },
    waitForRelease(key, milliseconds) {
      if (!held.has(key)) return Promise.resolve()
      return new Promise((resolve) => {
        const waiters = waiting.get(key) ?? new Set()
        waiting.set(key, waiters)
        const timer = setTimeout(() => resume(), milliseconds)
        const resume = () => {
          clearTimeout(timer)
          waiters.delete(resume)
          if (waiters.size === 0 && waiting.get(key) === waiters) waiting.delete(key)
          resolve()
        }
        waiters.add(resume)
      })
    },
    clear() {
      held.clear()
      for (const key of [...waiting.keys()]) wake(key)
    },
  }
}
