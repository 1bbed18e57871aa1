import { areTagsStale, tagsManifest } from 'next/dist/server/lib/incremental-cache/tags-manifest.external.js'
import { INFINITE_CACHE } from './guardedUnit.ts'
import { type NextRequest, openRequest } from './nextRequest.ts'
import { createRevalidationTimes, isExpiredSince, readTag } from './patchNextClocks.ts'
import { openUnit, type RenderUnit, type RenderUnitStore } from './renderUnit.ts'

export interface NextMetadata {
  readonly tags: readonly string[]
  /** Seconds until stale; `Infinity` when nothing inside set a life. */
  readonly revalidate: number
  /** Seconds until gone. */
  readonly expire: number
}

/** What `cacheTag`, `cacheLife`, `fetch`, `unstable_cache` and nested `'use cache'` have declared in a unit. */
export async function readNextMetadata(fragmentUnit: RenderUnit): Promise<NextMetadata> {
  const unit = openUnit(fragmentUnit) as Extract<RenderUnitStore, { type: 'cache' }>
  // A nested cache can deliver its data before its tags; waiting for one may reveal another.
  for (let seen = -1; seen !== unit.pendingNestedCacheMetadata.size; ) {
    seen = unit.pendingNestedCacheMetadata.size
    await Promise.allSettled(unit.pendingNestedCacheMetadata)
  }
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
  request: NextRequest,
  tags: readonly string[],
  createdAt: number,
): 'fresh' | 'stale' | 'expired' {
  if (tags.length === 0) return 'fresh'
  if (isExpiredSince(tags, createdAt)) return 'expired'
  const workStore = openRequest(request)
  const pending = workStore.pendingRevalidatedTags?.some(
    (revalidated) => tags.includes(revalidated.tag) && !(revalidated.revalidatedAt <= createdAt),
  )
  // Revalidated by the request before, which ended in a redirect: as if it happened when this one began.
  const previously =
    !(createdAt > workStore.requestStartTime) &&
    workStore.previouslyRevalidatedTags?.some((tag) => tags.includes(tag))
  if (pending || previously) return 'expired'
  return areTagsStale([...tags], createdAt) ? 'stale' : 'fresh'
}

/**
 * As Next's own cache handlers take a revalidation, but for this process alone and outside of any request.
 *
 * @param expire seconds after which the tags are expired; none marks them stale only
 */
export function revalidateTagsLocally(tags: readonly string[], { expire }: { expire?: number } = {}): void {
  const revalidated = createRevalidationTimes()
  for (const tag of tags) {
    const expired = expire === undefined ? readTag(tag)?.expired : revalidated.expired + expire * 1000
    tagsManifest.set(tag, { stale: revalidated.stale, ...(expired !== undefined && { expired }) })
  }
}

/** Next itself never forgets a tag. */
export function deleteTagsLocally(tags: Iterable<string>): void {
  for (const tag of tags) tagsManifest.delete(tag)
}

function toSeconds(value: number): number {
  return value >= INFINITE_CACHE ? Infinity : value
}
