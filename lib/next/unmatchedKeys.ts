import { LRUCache } from 'lru-cache'
import type { CacheEvent } from '../core/events.ts'
import { inTime } from '../core/inTime.ts'
import { processWide } from '../core/processWide.ts'
import { quoted } from '../core/quoted.ts'
import type { FragmentStore } from '../core/store.ts'
import { nearestKeys } from './nearestKeys.ts'
import { sayOnce } from './sayOnce.ts'

/** Keys remembered: more than an author looks at in one sitting. */
const REMEMBERED = 2_000
/** Keys of one expiry that are looked up; beyond that it is an import and no typing error. */
const LOOKED_UP = 20
/** Milliseconds. */
const PATIENCE = 1_000

const known = processWide('knownKeys', () => new LRUCache<string, true>({ max: REMEMBERED }))

/** Remembers keys that were registered in this process. For development. */
export function rememberKeys(keys: Iterable<string>): void {
  for (const key of keys) if (!key.startsWith('next/tag:')) known.set(key, true)
}

/** Remembers the keys of fragments that another process has filled. */
export function rememberKeysOf(event: CacheEvent): void {
  if (event.type === 'hit' || event.type === 'stale') rememberKeys(event.dependencies)
}

/**
 * Finds keys of an expiry that nothing is registered under, which may be spelt in another way than they were
 * registered. To be called before the expiry, which removes what it would find.
 *
 * @returns says so, once for each key, with the nearest keys that are registered
 */
export async function unmatchedKeys(
  store: FragmentStore,
  call: string,
  keys: readonly string[],
): Promise<() => void> {
  const unknown = [...new Set(keys)].filter((key) => !known.has(key)).slice(0, LOOKED_UP)
  // With nothing to name there is nothing to say: no fragment has been shown yet.
  if (unknown.length === 0 || known.size === 0) return () => {}
  const found = await Promise.all(unknown.map((key) => isShown(store, key)))
  const unmatched = unknown.filter((_, index) => found[index] === false)
  return () => {
    for (const key of unmatched) sayOnce(`unmatched ${key}`, () => console.warn(message(call, key)))
  }
}

/** `undefined` where the store cannot tell. */
async function isShown(store: FragmentStore, key: string): Promise<boolean | undefined> {
  try {
    const fragments = await inTime(store.dependants(key), PATIENCE, () => new Error('no answer'))
    return fragments.length > 0
  } catch {
    return undefined
  }
}

function message(call: string, key: string): string {
  const nearest = nearestKeys(key, known.keys()).map(quoted).join(', ')
  return (
    `${call}: no cached fragment shows ${quoted(key)}, so nothing was found under that key. Registered keys that are ` +
    `nearest to it: ${nearest}. If nothing has shown it yet, all is well. (Said once for this key, in development.)`
  )
}
