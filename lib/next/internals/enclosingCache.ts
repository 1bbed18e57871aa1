import { isFragmentUnit } from './guardedUnit.ts'
import { type NextRequest, openRequest } from './nextRequest.ts'
import { getCurrentRequest } from './renderContext.ts'
import type { RenderUnit } from './renderUnit.ts'
import { workUnitAsyncStorage } from './workAsyncStorage.ts'

export interface NextCacheTarget {
  readonly request: NextRequest
  readonly unit: RenderUnit
}

/**
 * The page or cache that Next stores and the caller renders in; nothing where it renders for a request, in draft mode
 * or outside of Next. Inside `unstable_cache` nothing either: its own tags and lifetime are all that Next takes there.
 */
export function getNextCacheTarget(): NextCacheTarget | undefined {
  const request = getCurrentRequest()
  const unit = workUnitAsyncStorage.getStore()
  if (!request || openRequest(request).isDraftMode || !unit) return undefined
  return unit.type === 'request' || unit.type === 'unstable-cache'
    ? undefined
    : { request, unit: unit as unknown as RenderUnit }
}

export interface EnclosingCache {
  readonly type: 'cache' | 'private-cache' | 'unstable-cache'
  readonly tags?: readonly string[] | null
}

/** The cached function of the site that the caller runs in, with Next's name for its kind. */
export function getEnclosingCache(): EnclosingCache | undefined {
  const unit = workUnitAsyncStorage.getStore()
  switch (unit?.type) {
    case 'unstable-cache':
      return { type: unit.type }
    case 'cache':
    case 'private-cache':
      return isFragmentUnit(unit) ? undefined : unit
    default:
      return undefined
  }
}

/** Seconds. */
interface Lifetime {
  readonly revalidate: number
  readonly expire: number
}

/** What Next stores with a page or a cache. The kinds of unit that are to come may lack some of it. */
interface StoredFields {
  tags?: string[] | null
  revalidate: number
  expire?: number
}

function openStoredFields(unit: RenderUnit): StoredFields {
  return unit as unknown as StoredFields
}

/** Whether what Next stores of the unit has tags at all. */
export function canHoldTags(unit: RenderUnit): boolean {
  return openStoredFields(unit).tags !== undefined
}

export function hasTags(unit: RenderUnit, tags: readonly string[]): boolean {
  const stored = openStoredFields(unit).tags
  return tags.every((tag) => stored?.includes(tag))
}

/** Has what Next stores of the unit revalidated by these tags too. */
export function addTags(unit: RenderUnit, tags: readonly string[]): void {
  const fields = openStoredFields(unit)
  fields.tags = [...new Set([...(fields.tags ?? []), ...tags])]
}

/** Has Next store the unit for no longer. */
export function limitLifetime(unit: RenderUnit, { revalidate, expire }: Lifetime): void {
  const fields = openStoredFields(unit)
  fields.revalidate = Math.min(fields.revalidate, revalidate)
  limitExpire(unit, expire)
}

/** @param seconds after which what Next stores is gone */
export function limitExpire(unit: RenderUnit, seconds: number): void {
  const fields = openStoredFields(unit)
  if (fields.expire !== undefined) fields.expire = Math.min(fields.expire, seconds)
}
