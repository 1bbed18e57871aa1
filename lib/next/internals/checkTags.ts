import { areTagsStale, tagsManifest } from 'next/dist/server/lib/incremental-cache/tags-manifest.external.js'
import { INFINITE_CACHE } from './guardedUnit.ts'
import { type NextWork, openWork } from './nextWork.ts'
import { createRevalidationTimes, isExpiredSince, readTag } from './patchNextClocks.ts'
import { openUnit, type RenderUnit, type RenderUnitStore } from './renderUnit.ts'

export interface NextMetadata {
  readonly tags: readonly string[]
  /** Seconds until stale. `Infinity` when nothing inside has set a lifetime. */
  readonly revalidate: number
  /** Seconds until expired. */
  readonly expire: number
}

/**
 * Reads the tags and lifetimes that `cacheTag`, `cacheLife`, `fetch`, `unstable_cache` and nested `'use cache'` have
 * set in a unit. Waits for nested caches, if there are any.
 */
export function readNextMetadata(fragmentUnit: RenderUnit): NextMetadata | Promise<NextMetadata> {
  const unit = openUnit(fragmentUnit) as CacheUnit
  return unit.pendingNestedCacheMetadata.size === 0 ? toMetadata(unit) : waitForMetadata(unit)
}

type CacheUnit = Extract<RenderUnitStore, { type: 'cache' }>

async function waitForMetadata(unit: CacheUnit): Promise<NextMetadata> {
  // A nested cache can deliver its data before its tags, and the wait for one may reveal another.
  let seenCount: number
  do {
    seenCount = unit.pendingNestedCacheMetadata.size
    await Promise.allSettled(unit.pendingNestedCacheMetadata)
  } while (seenCount !== unit.pendingNestedCacheMetadata.size)
  return toMetadata(unit)
}

function toMetadata(unit: CacheUnit): NextMetadata {
  return {
    tags: unit.tags ?? [],
    revalidate: toSeconds(unit.explicitRevalidate ?? unit.revalidate),
    expire: toSeconds(unit.explicitExpire ?? unit.expire),
  }
}

/**
 * Whether one of the tags was revalidated since `createdAt`, in this process or this request.
 *
 * @param createdAt milliseconds on the clock of `now()`
 */
export function checkTags(
  work: NextWork,
  tags: readonly string[],
  createdAt: number,
): 'fresh' | 'stale' | 'expired' {
  if (tags.length === 0) return 'fresh'
  if (isExpiredSince(tags, createdAt)) return 'expired'
  const workStore = openWork(work)
  const isPending = workStore.pendingRevalidatedTags?.some(
    (revalidated) => tags.includes(revalidated.tag) && !(revalidated.revalidatedAt <= createdAt),
  )
  // The request before revalidated it, and ended in a redirect. That counts as if it happened when this request began.
  const isRevalidatedBefore =
    !(createdAt > workStore.requestStartTime) &&
    workStore.previouslyRevalidatedTags?.some((tag) => tags.includes(tag))
  if (isPending || isRevalidatedBefore) return 'expired'
  return areTagsStale([...tags], createdAt) ? 'stale' : 'fresh'
}

/**
 * Revalidates tags in the way of Next's own cache handlers, but for this process only, and outside of any request.
 *
 * @param expire seconds after which the tags are expired. Without it the tags are only stale
 */
export function revalidateTagsLocally(tags: readonly string[], { expire }: { expire?: number } = {}): void {
  const revalidated = createRevalidationTimes()
  for (const tag of tags) {
    const expired = expire === undefined ? readTag(tag)?.expired : revalidated.expired + expire * 1000
    tagsManifest.set(tag, { stale: revalidated.stale, ...(expired !== undefined && { expired }) })
  }
}

/** Forgets tags, which Next itself never does. */
export function deleteTagsLocally(tags: Iterable<string>): void {
  for (const tag of tags) tagsManifest.delete(tag)
}

function toSeconds(value: number): number {
  return value >= INFINITE_CACHE ? Infinity : value
}
