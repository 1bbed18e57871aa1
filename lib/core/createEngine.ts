import { defaultLimits, type Engine, type Limits, storeInTime } from './engine.ts'
import { contentCacheError } from './errors.ts'
import { type CacheListener, createEvents } from './events.ts'
import { createFlights } from './flights.ts'
import { createLookups } from './lookups.ts'
import { show } from './show.ts'
import type { FragmentStore } from './store.ts'

/** @throws {ContentCacheTypeError} CC_INVALID_OPTIONS */
export function createEngine(
  store: FragmentStore,
  options: Partial<Limits> = {},
  onEvent?: CacheListener,
): Engine {
  if (typeof store?.lookup !== 'function')
    throw contentCacheError('CC_INVALID_OPTIONS', [
      'store',
      `must be a store such as memoryStore(), but is ${show(store)}`,
    ])
  const limits = { ...defaultLimits }
  for (const name of ['fillTimeout', 'leaseTime', 'leaseWait', 'storeTimeout'] as const) {
    const value = options[name]
    if (value === undefined) continue
    if (typeof value !== 'number' || !(value > 0) || value > 2 ** 31 - 1)
      throw contentCacheError('CC_INVALID_OPTIONS', [
        name,
        `must be a number of milliseconds above 0, but is ${show(value)}`,
      ])
    limits[name] = value
  }
  return {
    store,
    limits,
    events: createEvents(store, onEvent),
    flights: createFlights(store),
    lookup: createLookups(store, (answer) => storeInTime(answer, limits.storeTimeout)),
  }
}
