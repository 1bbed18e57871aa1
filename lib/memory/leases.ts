import type { Token } from '../core/store.ts'
import { covers } from '../core/token.ts'

export interface Leases {
  take(key: string, current: Token, now: number, milliseconds: number): string | undefined
  release(key: string, lease: string): void
  settled(key: string, milliseconds: number): Promise<void>
  clear(): void
}

export function createLeases(): Leases {
  const held = new Map<string, { lease: string; current: Token; until: number }>()
  const waiting = new Map<string, Set<() => void>>()
  let taken = 0

  function wake(key: string) {
    const woken = waiting.get(key)
    waiting.delete(key)
    for (const resume of woken ?? []) resume()
  }

  return {
    take(key, current, now, milliseconds) {
      const holder = held.get(key)
      // What the holder renders may be older than an expiry the caller knows of: let both render.
      if (holder && now < holder.until && covers(holder.current, current)) return undefined
      const lease = String(++taken)
      held.set(key, { lease, current, until: now + milliseconds })
      return lease
    },
    release(key, lease) {
      if (held.get(key)?.lease !== lease) return
      held.delete(key)
      wake(key)
    },
    settled(key, milliseconds) {
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
