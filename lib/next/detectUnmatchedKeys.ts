import { LRUCache } from 'lru-cache'
import type { CacheEvent } from '../core/events.ts'
import { quoteKey } from '../core/formatValue.ts'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { withTimeout } from '../core/withTimeout.ts'
import { findNearestKeys } from './findNearestKeys.ts'
import { warnOnce } from './warnOnce.ts'

/** Registered keys to remember. A developer sees fewer in one session. */
const MAX_KEYS = 2_000
/** Keys of one expiry to look up. An expiry of more is an import, where a typing error is unlikely. */
const MAX_LOOKUPS = 20
const LOOKUP_TIMEOUT_MS = 1_000

const getKnownKeys = defineGlobalSingleton('knownKeys', () => new LRUCache<string, true>({ max: MAX_KEYS }))

/** Remembers keys that were registered in this process. For development. */
export function rememberKeys(keys: Iterable<string>): void {
  for (const key of keys) if (!key.startsWith('next/tag:')) getKnownKeys().set(key, true)
}

/** Remembers the keys of fragments that another process has filled. */
export function rememberEventKeys(event: CacheEvent): void {
  if (event.type === 'hit' || event.type === 'stale') rememberKeys(event.dependencies)
}

/**
 * Finds keys of an expiry under which nothing is registered, for instance because they are misspelt. Call it before the
 * expiry, which removes the fragments that it looks for.
 *
 * @returns a function that warns once for each of these keys, and names the nearest registered keys
 */
export async function detectUnmatchedKeys(
  store: FragmentStore,
  call: string,
  keys: readonly string[],
): Promise<() => void> {
  const knownKeys = getKnownKeys()
  const unknown = [...new Set(keys)].filter((key) => !knownKeys.has(key)).slice(0, MAX_LOOKUPS)
  // No fragment has been shown yet, so there is no key to suggest.
  if (unknown.length === 0 || knownKeys.size === 0) return () => {}
  const results = await Promise.all(unknown.map((key) => isShown(store, key)))
  const unmatched = unknown.filter((_, index) => results[index] === false)
  return () => {
    for (const key of unmatched) warnOnce(`unmatched ${key}`, () => console.warn(formatWarning(call, key)))
  }
}

/** Whether a fragment shows the key. `undefined` if the store cannot tell. */
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
  const nearest = findNearestKeys(key, getKnownKeys().keys()).map(quoteKey).join(', ')
  return (
    `${call}: no cached fragment shows ${quoteKey(key)}, so the call has no effect on fragments. Registered keys ` +
    `nearest to it: ${nearest}. If nothing has shown it yet, ignore this. (Shown once per key, in development.)`
  )
}
