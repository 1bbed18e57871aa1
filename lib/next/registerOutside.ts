import { cacheTag } from 'next/cache.js'
import { createContentCacheError } from '../core/errors.ts'
import { formatValue } from '../core/formatValue.ts'
import { getEnclosingCache } from './internals/renderContext.ts'
import { toDataTag } from './toDataTag.ts'
import { getCatchAllTag } from './toNextTag.ts'
import { warnOnce } from './warnOnce.ts'

/** Tags that Next takes in one call. */
const MAX_TAGS_PER_CALL = 128

/**
 * Registers objects where no fragment is in reach. A `'use cache'` function runs cut off from the render, so its
 * objects become tags of the cached data: Next hands these to the fragment and the page around, on its hits as well.
 * `unstable_cache` takes its tags before it runs: in development that is said once per place.
 *
 * @param objects is called only where it matters
 * @returns the objects that were registered
 */
export function registerOutside(objects: () => readonly string[], namespace: string): readonly string[] {
  const enclosingCache = getEnclosingCache()
  if (enclosingCache === undefined) return []
  const keys = objects()
  if (keys.length === 0) return []
  if (enclosingCache.type === 'unstable-cache') {
    if (process.env.NODE_ENV === 'development') warnIgnored(keys)
    return []
  }
  const existingTags = new Set(enclosingCache.tags)
  const tags = new Set([getCatchAllTag(namespace), ...keys.map((key) => toDataTag(key, namespace))])
  const added = [...tags].filter((tag) => !existingTags.has(tag))
  for (let from = 0; from < added.length; from += MAX_TAGS_PER_CALL)
    cacheTag(...added.slice(from, from + MAX_TAGS_PER_CALL))
  return keys
}

/**
 * For objects that a fragment around has registered. Where the call is inside `unstable_cache`, its next hit will not
 * register them.
 */
export function warnIfIgnored(keys: readonly string[]): void {
  if (getEnclosingCache()?.type === 'unstable-cache') warnIgnored(keys)
}

function warnIgnored(keys: readonly string[]): void {
  const error = createContentCacheError('CC_REGISTER_IGNORED', [keys.slice(0, 3).map(formatValue).join(', ')])
  warnOnce(`CC_REGISTER_IGNORED ${getCallSite(error)}`, () => console.error(error))
}

/** The first line of the stack that is not this library's: where the author wrote the call. */
function getCallSite({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return frames.find((frame) => !LIBRARY_FRAME.test(frame)) ?? ''
}

const LIBRARY_FRAME =
  /^\s*at (?:new )?(?:[\w$]+\.)*(?:createContentCacheError|warnIgnored|warnIfIgnored|onRegister|registerOutside|registerContent)\b(?!\.)/i
