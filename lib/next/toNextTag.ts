import { createHash } from 'node:crypto'
import type { ChildMetadata } from '../core/dependencyScope.ts'
import { addTags, limitLifetime } from './internals/enclosingCache.ts'
import { isBuildTime, type NextWork } from './internals/nextWork.ts'
import { createRenderTag } from './internals/renderTag.ts'
import { isPrerenderUnit, isRequestUnit, type RenderUnit } from './internals/renderUnit.ts'
import { getRequestScope } from './requestScope.ts'
import { hasExpiredSince, trackPageRender } from './trackPageRender.ts'

/** The prefix of the object key of a Next tag. */
export const NEXT_TAG = 'next/tag:'
const TAG_PREFIX = 'rcc:'

/** A Next tag as an object key, so that tags declared inside a fragment are dependencies like any other. */
export function fromNextTag(tag: string): string {
  return NEXT_TAG + tag
}

/**
 * The Next tag that ties pages to an object. It is a hash, because tags are limited in length and must not contain
 * commas.
 *
 * @param namespace separates sites that share a cache handler
 */
export function toNextTag(object: string, namespace: string): string {
  const tag = object.startsWith(NEXT_TAG) ? object.slice(NEXT_TAG.length) : ''
  // A site may register a key with this prefix that is not a valid tag.
  if (tag !== '' && tag.length <= 256 && !tag.includes(',')) return tag
  return `${TAG_PREFIX}${createHash('sha256').update(`${namespace}\0${object}`).digest('base64url').slice(0, 27)}`
}

/** Whether only this library revalidates the tag. */
export function isInternalTag(tag: string): boolean {
  return tag.startsWith(TAG_PREFIX)
}

/** The tag of every page with a fragment, for expiries of more objects than Next can handle tags. */
export function getCatchAllTag(namespace: string): string {
  return toNextTag('', namespace)
}

/**
 * The tag of pages with fragments that could not be cached. Their objects are unknown, so every expiry revalidates
 * them.
 */
export function getUncachedTag(namespace: string): string {
  // No object has such a key.
  return toNextTag('\0uncached', namespace)
}

/** The tags among the dependencies of an entry that Next itself may revalidate. */
export function getNextTags(dependencies: Iterable<string>): string[] {
  const tags: string[] = []
  for (const object of dependencies) if (object.startsWith(NEXT_TAG)) tags.push(object.slice(NEXT_TAG.length))
  return tags
}

/**
 * Adds the dependencies and the lifetime of a fragment to the surrounding page or `'use cache'`, as Next does for its
 * own nested caches. Otherwise a prerendered page would never follow an expiry.
 *
 * @param now the time of the store in milliseconds. The lifetimes count on the same clock
 */
export function applyToEnclosingCache(
  { work, unit }: { work: NextWork; unit: RenderUnit },
  metadata: ChildMetadata,
  now: number,
  namespace: string,
): void {
  if (isRequestUnit(unit)) return
  const tags = [...metadata.dependencies].map((object) => toNextTag(object, namespace))
  // A 'use cache' is dated by its start, so it misses no expiry.
  tags.push(getCatchAllTag(namespace))
  if (isPrerenderUnit(unit)) {
    const since = getRequestScope(work).dataReadSince
    if (hasExpiredSince(tags, since)) limitEnclosingCache(unit)
    // A build needs no date: nothing expires during it, and another process has another clock.
    if (!isBuildTime(work)) tags.push(createRenderTag(since))
    tags.push(...trackPageRender(work, tags))
  }
  addTags(unit, tags)
  limitLifetime(unit, {
    revalidate: secondsUntil(metadata.staleAt, now),
    expire: secondsUntil(metadata.discardAt, now),
  })
}

/**
 * Limits the lifetime of the surrounding page or cache, because the fragment could not be stored, or was expired while
 * it rendered.
 */
export function limitEnclosingCache(unit: RenderUnit): void {
  if (isRequestUnit(unit)) return
  limitLifetime(unit, { revalidate: 1, expire: 1 })
}

function secondsUntil(moment: number, now: number): number {
  // Rounded down, because the page must not outlive its fragments. 0 would mean that Next never stores it.
  return Math.max(1, Math.floor((moment - now) / 1000))
}
