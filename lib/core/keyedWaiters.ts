/** Callbacks that wait for something to happen to a key. */
export interface KeyedWaiters {
  readonly isEmpty: boolean
  /** @returns a function that removes the callback */
  add(key: string, resume: () => void): () => void
  /** Calls and removes the callbacks of a key. */
  wake(key: string): void
  wakeAll(): void
}

export function createKeyedWaiters(): KeyedWaiters {
  const waiting = new Map<string, Set<() => void>>()

  function wake(key: string) {
    const woken = waiting.get(key)
    waiting.delete(key)
    for (const resume of woken ?? []) resume()
  }

  return {
    get isEmpty() {
      return waiting.size === 0
    },
    add(key, resume) {
      const waiters = waiting.get(key) ?? new Set()
      waiting.set(key, waiters.add(resume))
      return () => {
        waiters.delete(resume)
        // After a wake the key may have new waiters.
        if (waiters.size === 0 && waiting.get(key) === waiters) waiting.delete(key)
      }
    },
    wake,
    wakeAll() {
      for (const key of [...waiting.keys()]) wake(key)
    },
  }
}
