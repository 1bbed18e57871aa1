import { createHash } from 'node:crypto'
import type { ChildMetadata } from '../core/dependencyScope.ts'
import { addTags, limitLifetime } from './internals/enclosingCache.ts'
import { isBuildTime, type NextRequest } from './internals/nextRequest.ts'
import { createRenderTag } from './internals/renderTag.ts'
import { isPrerenderUnit, isRequestUnit, type RenderUnit } from './internals/renderUnit.ts'
import { getRequestScope } from './requestScope.ts'
import { hasExpiredSince, trackPageRender } from './trackPageRender.ts'

/** Before the name of a Next tag that is registered as an object. */
export const NEXT_TAG = 'next/tag:'
const TAG_PREFIX = 'rcc:'

/** A Next tag as an object key, so that tags declared inside a fragment are dependencies like any other. */
export function fromNextTag(tag: string): string {
  return NEXT_TAG + tag
}

/**
 * The Next tag that ties pages to an object. Hashed, because tags may hold neither commas nor much text.
 *
 * @param namespace separates sites that share a cache handler
 */
export function toNextTag(object: string, namespace: string): string {
  const tag = object.startsWith(NEXT_TAG) ? object.slice(NEXT_TAG.length) : ''
  // What somebody registered under this prefix need not be a tag that Next would take.
  if (tag !== '' && tag.length <= 256 && !tag.includes(',')) return tag
  return `${TAG_PREFIX}${createHash('sha256').update(`${namespace}\0${object}`).digest('base64url').slice(0, 27)}`
}

/** Whether only this library revalidates the tag. */
export function isInternalTag(tag: string): boolean {
  return tag.startsWith(TAG_PREFIX)
}

/** The tag that every page with a fragment carries, for expiries of so many objects that Next would choke. */
export function getCatchAllTag(namespace: string): string {
  return toNextTag('', namespace)
}

/** The tag of pages around fragments that could not be cached, and so are not known by their objects: any expiry is theirs. */
export function getUncachedTag(namespace: string): string {
  // No object has a key like this.
  return toNextTag('\0uncached', namespace)
}

/** The tags among the dependencies of an entry that Next itself may revalidate. */
export function getNextTags(dependencies: Iterable<string>): string[] {
  const tags: string[] = []
  for (const object of dependencies) if (object.startsWith(NEXT_TAG)) tags.push(object.slice(NEXT_TAG.length))
  return tags
}

/**
 * Tells the page or `'use cache'` around a fragment what the fragment depends on and how long it lives, as
 * Next does for its own nested caches. Without it a prerendered page would never follow an expiry.
 *
 * @param now the store's time, in milliseconds, on which the lifetimes count
 */
export function applyToEnclosingCache(
  { request, unit }: { request: NextRequest; unit: RenderUnit },
  metadata: ChildMetadata,
  now: number,
  namespace: string,
): void {
  if (isRequestUnit(unit)) return
  const tags = [...metadata.dependencies].map((object) => toNextTag(object, namespace))
  // A 'use cache' is dated by the moment it began: no expiry passes it by.
  tags.push(getCatchAllTag(namespace))
  if (isPrerenderUnit(unit)) {
    const since = getRequestScope(request).dataReadSince
    if (hasExpiredSince(tags, since)) limitEnclosingCache(unit)
    // In a build nothing expires, and the build's clock is not ours.
    if (!isBuildTime(request)) tags.push(createRenderTag(since))
    tags.push(...trackPageRender(request, tags))
  }
  addTags(unit, tags)
  limitLifetime(unit, {
    revalidate: secondsUntil(metadata.staleAt, now),
    expire: secondsUntil(metadata.discardAt, now),
  })
}

/** What could not be stored, or was expired while it rendered, is not to stay in a page either. */
export function limitEnclosingCache(unit: RenderUnit): void {
  if (isRequestUnit(unit)) return
  limitLifetime(unit, { revalidate: 1, expire: 1 })
}

function secondsUntil(moment: number, now: number): number {
  // Down, because the page must not outlive what it shows; 0 would mean that it is never kept.
  return Math.max(1, Math.floor((moment - now) / 1000))
}
