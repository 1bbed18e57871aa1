import { createCallBatcher } from './callBatcher.ts'
import { checkNumberOption, MILLISECONDS } from './checkNumberOption.ts'
import { createDeadlines } from './deadlines.ts'
import { defaultLimits, type Engine, type Limits, tryStoreOperation, withStoreTimeout } from './engine.ts'
import { createContentCacheError } from './errors.ts'
import { type CacheListener, createEvents } from './events.ts'
import type { ExportEncoders } from './exports/exportAs.ts'
import { createPendingFills } from './fill/pendingFills.ts'
import { formatValue } from './formatValue.ts'
import type { FragmentStore, HeldLease } from './fragmentStore.ts'
import { createLookupBatcher } from './lookupBatcher.ts'

/** Limits the time for which one call keeps a shared store busy. */
const MAX_RELEASES = 250

/** @throws {ContentCacheTypeError} CC_INVALID_OPTIONS */
export function createEngine(
  store: FragmentStore,
  options: Partial<Limits> = {},
  onEvent?: CacheListener,
  exportEncoders: ExportEncoders = {},
): Engine {
  if (typeof store?.lookup !== 'function')
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'store',
      `must be a store such as memoryStore(), but is ${formatValue(store)}`,
    ])
  const limits = { ...defaultLimits }
  for (const name of ['fillTimeout', 'leaseTime', 'leaseWait', 'storeTimeout'] as const) {
    const value = options[name]
    if (value === undefined) continue
    checkNumberOption(name, value, MILLISECONDS)
    limits[name] = value
  }
  const engine: Engine = {
    store,
    limits,
    deadlines: createDeadlines(),
    events: createEvents(store, onEvent),
    pendingFills: createPendingFills(store),
    exportEncoders: { raw: (html) => Buffer.from(html, 'utf8'), ...exportEncoders },
    lookup: createLookupBatcher(store, (promise) => withStoreTimeout(promise, limits.storeTimeout)),
    releaseLease: createCallBatcher<HeldLease, void>({
      async run(leases) {
        await tryStoreOperation(engine, 'release', () => store.release(leases))
        return leases.map(() => undefined)
      },
      maxSize: MAX_RELEASES,
    }),
  }
  return engine
}
