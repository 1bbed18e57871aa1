import { LRUCache } from 'lru-cache'
import type { CacheEvent } from '../core/events.ts'
import { quoteKey } from '../core/formatValue.ts'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { withTimeout } from '../core/withTimeout.ts'
import { findNearestKeys } from './findNearestKeys.ts'
import { warnOnce } from './warnOnce.ts'

/** Keys remembered: more than an author looks at in one sitting. */
const MAX_KEYS = 2_000
/** Keys of one expiry that are looked up; beyond that it is an import and no typing error. */
const MAX_LOOKUPS = 20
/** Milliseconds. */
const LOOKUP_TIMEOUT_MS = 1_000

const knownKeys = getGlobalSingleton('knownKeys', () => new LRUCache<string, true>({ max: MAX_KEYS }))

/** Remembers keys that were registered in this process. For development. */
export function rememberKeys(keys: Iterable<string>): void {
  for (const key of keys) if (!key.startsWith('next/tag:')) knownKeys.set(key, true)
}

/** Remembers the keys of fragments that another process has filled. */
export function rememberEventKeys(event: CacheEvent): void {
  if (event.type === 'hit' || event.type === 'stale') rememberKeys(event.dependencies)
}

/**
 * Finds keys of an expiry that nothing is registered under, which may be spelt in another way than they were
 * registered. To be called before the expiry, which removes what it would find.
 *
 * @returns says so, once for each key, with the nearest keys that are registered
 */
export async function detectUnmatchedKeys(
  store: FragmentStore,
  call: string,
  keys: readonly string[],
): Promise<() => void> {
  const unknown = [...new Set(keys)].filter((key) => !knownKeys.has(key)).slice(0, MAX_LOOKUPS)
  // With nothing to name there is nothing to say: no fragment has been shown yet.
  if (unknown.length === 0 || knownKeys.size === 0) return () => {}
  const results = await Promise.all(unknown.map((key) => isShown(store, key)))
  const unmatched = unknown.filter((_, index) => results[index] === false)
  return () => {
    for (const key of unmatched) warnOnce(`unmatched ${key}`, () => console.warn(formatWarning(call, key)))
  }
}

/** `undefined` where the store cannot tell. */
async function isShown(store: FragmentStore, key: string): Promise<boolean | undefined> {
  try {
    const fragments = await withTimeout(
      store.getDependents(key),
      LOOKUP_TIMEOUT_MS,
      () => new Error('no answer'),
    )
    return fragments.length > 0
  } catch {
    return undefined
  }
}

function formatWarning(call: string, key: string): string {
  const nearest = findNearestKeys(key, knownKeys.keys()).map(quoteKey).join(', ')
  return (
    `${call}: no cached fragment shows ${quoteKey(key)}, so nothing was found under that key. Registered keys that are ` +
    `nearest to it: ${nearest}. If nothing has shown it yet, all is well. (Said once for this key, in development.)`
  )
}
