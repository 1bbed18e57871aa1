import { cacheTag } from 'next/cache.js'
import { contentCacheError } from '../core/errors.ts'
import { show } from '../core/show.ts'
import { dataTagOf } from './dataTags.ts'
import { cacheAround } from './internals/situation.ts'
import { tagOfAnything } from './pageTags.ts'
import { sayOnce } from './sayOnce.ts'

/** Tags that Next takes in one call. */
const TAGS = 128

/**
 * Registers objects where no fragment is in reach. A `'use cache'` function runs cut off from the render, so its
 * objects become tags of the cached data: Next hands these to the fragment and the page around, on its hits as well.
 * `unstable_cache` takes its tags before it runs: in development that is said once per place.
 *
 * @param objects is called only where it matters
 * @returns the objects that were registered
 */
export function registerOutside(objects: () => readonly string[], namespace: string): readonly string[] {
  const around = cacheAround()
  if (around === undefined) return []
  const keys = objects()
  if (keys.length === 0) return []
  if (around.type === 'unstable-cache') {
    if (process.env.NODE_ENV === 'development') sayIgnored(keys)
    return []
  }
  const known = new Set(around.tags)
  const tags = new Set([tagOfAnything(namespace), ...keys.map((key) => dataTagOf(key, namespace))])
  const added = [...tags].filter((tag) => !known.has(tag))
  for (let from = 0; from < added.length; from += TAGS) cacheTag(...added.slice(from, from + TAGS))
  return keys
}

/**
 * For objects that a fragment around has registered. Where the call is inside `unstable_cache`, its next hit will not
 * register them.
 */
export function sayWhereIgnored(keys: readonly string[]): void {
  if (cacheAround()?.type === 'unstable-cache') sayIgnored(keys)
}

function sayIgnored(keys: readonly string[]): void {
  const error = contentCacheError('CC_REGISTER_IGNORED', [keys.slice(0, 3).map(show).join(', ')])
  sayOnce(`CC_REGISTER_IGNORED ${placeOf(error)}`, () => console.error(error))
}

/** The first line of the stack that is not this library's: where the author wrote the call. */
function placeOf({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return frames.find((frame) => !OWN.test(frame)) ?? ''
}

const OWN =
  /^\s*at (?:new )?(?:[\w$]+\.)*(?:contentCacheError|sayIgnored|sayWhereIgnored|registered|registerOutside|registerContent)\b(?!\.)/i
