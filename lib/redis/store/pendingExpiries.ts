/**
 * The expiries of this process that Redis has not answered yet. A read of the same process that begins after one of them must
 * not return older content, even if the caller of the expiry does not wait for it: Next does not wait in route handlers.
 */
export interface PendingExpiries {
  /** Runs an expiry. */
  run<T>(objects: readonly string[], task: () => Promise<T>): Promise<T>
  /** Those under way. Does not change. */
  list(): readonly PendingExpiry[]
}

/** The objects of an expiry under way. */
export type PendingExpiry = ReadonlySet<string>

const NONE: readonly PendingExpiry[] = []

export function createPendingExpiries(): PendingExpiries {
  let pending = NONE

  return {
    async run(objects, task) {
      const expiry: PendingExpiry = new Set(objects)
      pending = [...pending, expiry]
      try {
        return await task()
      } finally {
        pending = pending.filter((other) => other !== expiry)
      }
    },
    list: () => pending,
  }
}

/** Whether one of the expiries affects an entry with these dependencies. */
export function isAffected(dependencies: readonly string[], expiries: readonly PendingExpiry[]): boolean {
  return expiries.some((objects) => dependencies.some((object) => objects.has(object)))
}
