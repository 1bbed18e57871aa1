import { type Awaitable, whenReady } from '../awaitable.ts'
import { tryStoreOperation } from '../engine.ts'
import { tryDecode } from '../fragmentRenderer.ts'
import type { Entry, LeaseReply, SharedLookup } from '../fragmentStore.ts'
import { evaluateFreshness } from '../freshness.ts'
import { getRequestAgeMs } from '../requestContext.ts'
import type { Fill } from './fill.ts'

/**
 * Acquires the lease, unless the lookup has.
 *
 * @returns nothing when the store fails
 */
export function acquireLease(
  { engine, key }: Fill,
  { requiredToken, entry, lease }: SharedLookup,
): Awaitable<LeaseReply | undefined> {
  if (lease !== undefined) return lease
  const { store, limits } = engine
  return tryStoreOperation(engine, 'lease', () => {
    const leaseRequest = { requiredToken, wasMiss: entry === undefined }
    const acquiring = store.lease(key, leaseRequest, limits.leaseTime)
    return whenReady(
      acquiring,
      (lease): LeaseReply => (lease === undefined ? { isGranted: false } : { isGranted: true, lease }),
    )
  })
}

/**
 * Waits for the fill of another process.
 *
 * @returns the entry that the process committed, if it is fresh and can be decoded
 */
export async function waitForOtherProcess({
  engine,
  context,
  renderer,
  key,
  scope,
}: Fill): Promise<Entry | undefined> {
  const { store, limits } = engine
  const leaseWait = scope.storeWaits.getLeaseWait(limits.leaseWait)
  if (leaseWait > 0)
    await tryStoreOperation(engine, 'lease', () => store.waitForRelease(key, leaseWait), leaseWait)
  const lookupStartedAt = context.now()
  const ageMs = () => getRequestAgeMs(context)
  const secondLookup = await tryStoreOperation(engine, 'lookup', () =>
    engine.lookup({ key, ageMs, shared: true }),
  )
  const freshness =
    secondLookup &&
    evaluateFreshness(secondLookup, context.checkHostFreshness, context.now() - lookupStartedAt)
  if (freshness?.state !== 'fresh') return undefined
  return (await tryDecode(renderer, freshness.entry)) ? freshness.entry : undefined
}
