import { cacheTag } from 'next/cache.js'
import { createContentCacheError } from '../core/errors.ts'
import { formatValue } from '../core/formatValue.ts'
import type { TagTarget } from './applyToEnclosingCache.ts'
import { getNextHandlers } from './handlers/nextHandlers.ts'
import { addTags, getEnclosingCache } from './internals/enclosingCache.ts'
import { toDataTag } from './toDataTag.ts'
import { getCatchAllTag } from './toNextTag.ts'
import { warnOnce } from './warnOnce.ts'

/** Tags that one call of `cacheTag` accepts. */
const MAX_TAGS_PER_CALL = 128

/**
 * Registers objects outside of fragments. A `'use cache'` function runs in a context of its own, so its objects become
 * tags of the cached data. Next adds these tags to the fragment and the page around it, on hits of the data as well.
 * `unstable_cache` takes its tags before it runs, and ignores the objects. In development a warning says so, once per
 * call.
 *
 * @param getKeys called only inside a cache of Next
 * @returns the keys that were registered
 */
export function registerOutside(
  getKeys: () => readonly string[],
  { store, namespace }: TagTarget,
): readonly string[] {
  const enclosingCache = getEnclosingCache()
  if (enclosingCache === undefined) return []
  const keys = getKeys()
  if (keys.length === 0) return []
  if (!enclosingCache.acceptsTags) {
    if (process.env.NODE_ENV === 'development') warnIgnored(keys)
    return []
  }
  const { pages, useCache } = getNextHandlers()
  if (pages === store && useCache === store) {
    // Not by `cacheTag`, which refuses the tags of long keys.
    addTags(
      enclosingCache.unit,
      keys.map((key) => toDataTag(key, namespace, Infinity)),
    )
    return keys
  }
  const existingTags = new Set(enclosingCache.tags)
  const tags = new Set([getCatchAllTag(namespace), ...keys.map((key) => toDataTag(key, namespace))])
  const added = [...tags].filter((tag) => !existingTags.has(tag))
  for (let from = 0; from < added.length; from += MAX_TAGS_PER_CALL)
    cacheTag(...added.slice(from, from + MAX_TAGS_PER_CALL))
  return keys
}

/**
 * Warns about objects that a fragment has registered inside `unstable_cache`. The next hit of that cache will not
 * register them.
 */
export function warnIfIgnored(keys: readonly string[]): void {
  if (getEnclosingCache()?.acceptsTags === false) warnIgnored(keys)
}

function warnIgnored(keys: readonly string[]): void {
  const error = createContentCacheError('CC_REGISTER_IGNORED', [keys.slice(0, 3).map(formatValue).join(', ')])
  warnOnce(`CC_REGISTER_IGNORED ${getCallSite(error)}`, () => console.error(error))
}

/** The first frame of the stack outside of this library: the call in the code of the site. */
function getCallSite({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return frames.find((frame) => !LIBRARY_FRAME.test(frame)) ?? ''
}

const LIBRARY_FRAME =
  /^\s*at (?:new )?(?:[\w$]+\.)*(?:createContentCacheError|warnIgnored|warnIfIgnored|onRegister|registerOutside|registerContent)\b(?!\.)/i
