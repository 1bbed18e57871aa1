import type { HeldLease } from '../fragmentStore.ts'

/**
 * Gathers the leases of fills that end together.
 *
 * @param release releases them. Must not throw
 * @returns a function that releases one. No request waits for it
 */
export function createLeaseReleases(
  release: (leases: readonly HeldLease[]) => void,
): (lease: HeldLease) => void {
  let waiting: HeldLease[] = []

  function flush() {
    const leases = waiting
    waiting = []
    release(leases)
  }

  return (lease) => {
    if (waiting.push(lease) === 1) queueMicrotask(flush)
  }
}
