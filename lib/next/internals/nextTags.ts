import {
  areTagsExpired,
  areTagsStale,
  tagsManifest,
} from 'next/dist/server/lib/incremental-cache/tags-manifest.external.js'
import type { PublicUseCacheStore, WorkStore } from './storages.ts'
import { NO_LIMIT } from './workUnit.ts'

export interface CollectedByNext {
  readonly tags: readonly string[]
  /** Seconds until stale; `Infinity` when nothing inside set a life. */
  readonly revalidate: number
  /** Seconds until gone. */
  readonly expire: number
}

/** What `cacheTag`, `cacheLife`, `fetch`, `unstable_cache` and nested `'use cache'` have declared in a unit. */
export async function collectedByNext(unit: PublicUseCacheStore): Promise<CollectedByNext> {
  // A nested cache can deliver its data before its tags; waiting for one may reveal another.
  for (let seen = -1; seen !== unit.pendingNestedCacheMetadata.size; ) {
    seen = unit.pendingNestedCacheMetadata.size
    await Promise.allSettled(unit.pendingNestedCacheMetadata)
  }
  return {
    tags: unit.tags ?? [],
    revalidate: seconds(unit.explicitRevalidate ?? unit.revalidate),
    expire: seconds(unit.explicitExpire ?? unit.expire),
  }
}

/** Whether one of the tags was revalidated since `createdAt` (ms), in this process or this request. */
export function tagVerdict(
  workStore: WorkStore,
  tags: readonly string[],
  createdAt: number,
): 'fresh' | 'stale' | 'expired' {
  if (tags.length === 0) return 'fresh'
  // Next dates revalidations by the time of day, in whole milliseconds, rounded down. Step back by as much as
  // that clock may be behind ours, so that none falls between.
  const behind = Math.max(0, performance.timeOrigin + performance.now() - Date.now())
  const before = Math.floor(createdAt - behind) - 1
  if (areTagsExpired([...tags], before)) return 'expired'
  const pending = workStore.pendingRevalidatedTags?.some(
    (revalidated) => tags.includes(revalidated.tag) && !(revalidated.revalidatedAt <= createdAt),
  )
  // Revalidated by the request before, which ended in a redirect: as if it happened when this one began.
  const previously =
    !(createdAt > workStore.requestStartTime) &&
    workStore.previouslyRevalidatedTags?.some((tag) => tags.includes(tag))
  if (pending || previously) return 'expired'
  return areTagsStale([...tags], before) ? 'stale' : 'fresh'
}

/**
 * As Next's own cache handlers take a revalidation, but for this process alone and outside of any request.
 *
 * @param expire seconds after which the tags are expired; none marks them stale only
 */
export function revalidateTagsHere(tags: readonly string[], { expire }: { expire?: number } = {}): void {
  const now = Date.now()
  for (const tag of tags) {
    const known = tagsManifest.get(tag)
    const stale = expire === 0 ? known?.stale : now
    const expired = expire === undefined ? known?.expired : now + expire * 1000
    tagsManifest.set(tag, {
      ...(stale !== undefined && { stale }),
      ...(expired !== undefined && { expired }),
    })
  }
}

/** Next itself never forgets a tag. */
export function forgetTagsHere(tags: Iterable<string>): void {
  for (const tag of tags) tagsManifest.delete(tag)
}

function seconds(value: number): number {
  return value >= NO_LIMIT ? Infinity : value
}
