import { type Awaitable, isPromise } from './awaitable.ts'
import type { Deadlines } from './deadlines.ts'
import { createContentCacheError } from './errors.ts'
import type { Events, StoreOperation } from './events.ts'
import type { ExportEncoders } from './exports/exportAs.ts'
import type { PendingFills } from './fill/pendingFills.ts'
import type { FragmentStore, HeldLease, Lookup } from './fragmentStore.ts'
import type { QueuedLookup } from './lookupBatcher.ts'
import { Settable, whenSettled } from './settable.ts'
import { withTimeout } from './withTimeout.ts'

/** Time limits, in milliseconds. */
export interface Limits {
  /** A fill that takes longer is not stored, and no further request joins it. Default 30,000. */
  readonly fillTimeout: number
  /** How long other processes wait for a fill of this process before they assume that it crashed. Default 10,000. */
  readonly leaseTime: number
  /** How long this process waits for a fill of another process before it renders the fragment itself. Default 2,000. */
  readonly leaseWait: number
  /** How long the engine waits for an answer of the store. Stores have their own, lower limits. Default 5,000. */
  readonly storeTimeout: number
}

export const defaultLimits: Limits = {
  fillTimeout: 30_000,
  leaseTime: 10_000,
  leaseWait: 2_000,
  storeTimeout: 5_000,
}

/** The state that the parts of the engine share. */
export interface Engine {
  readonly store: FragmentStore
  readonly limits: Limits
  readonly deadlines: Deadlines
  readonly events: Events
  readonly pendingFills: PendingFills
  readonly exportEncoders: ExportEncoders
  /** Throws or rejects when the store fails. */
  readonly lookup: (request: QueuedLookup) => Awaitable<Lookup>
  /** Releases the leases of fills that end together in one call. */
  readonly releaseLease: (lease: HeldLease) => void
}

/** Reports an error of the store instead of throwing it: a failing store costs a page its cache, never the page. */
export function tryStoreOperation<T>(
  engine: Engine,
  operation: StoreOperation,
  task: () => Awaitable<T>,
  extraTimeout = 0,
): Awaitable<T | undefined> {
  try {
    const running = task()
    return isPromise(running) ? waitForStore(engine, operation, running, extraTimeout) : running
  } catch (error) {
    engine.events.emit({ type: 'store-error', operation, error })
    return undefined
  }
}

function waitForStore<T>(
  { events, limits, deadlines }: Engine,
  operation: StoreOperation,
  running: PromiseLike<T>,
  extraTimeout: number,
): Settable<T | undefined> {
  const milliseconds = limits.storeTimeout + extraTimeout
  const result = new Settable<T | undefined>()
  const report = (error: unknown) => {
    events.emit({ type: 'store-error', operation, error })
    result.resolve(undefined)
  }
  const end = deadlines.start(milliseconds, () => report(createStoreTimeoutError(milliseconds)))
  whenSettled(
    running,
    (value) => {
      if (end()) result.resolve(value)
    },
    (error) => {
      if (end()) report(error)
    },
  )
  return result
}

/** @throws {ContentCacheError} CC_STORE_TIMEOUT */
export function withStoreTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  return withTimeout(promise, milliseconds, () => createStoreTimeoutError(milliseconds))
}

/** Creates the error for a store that was silent for `milliseconds`. */
export function createStoreTimeoutError(milliseconds: number): Error {
  return createContentCacheError('CC_STORE_TIMEOUT', [milliseconds])
}
