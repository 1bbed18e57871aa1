import { isFragmentUnit } from './guardedUnit.ts'
import { type NextWork, openWork } from './nextWork.ts'
import { getCurrentWork } from './renderContext.ts'
import type { RenderUnit } from './renderUnit.ts'
import { workUnitAsyncStorage } from './workAsyncStorage.ts'

export interface NextCacheTarget {
  readonly work: NextWork
  readonly unit: RenderUnit
}

/**
 * The page or cache in which the caller renders, and which Next stores. `undefined` for a request, in draft mode,
 * outside of Next, and inside `unstable_cache`, which accepts only its own tags and lifetime.
 */
export function getNextCacheTarget(): NextCacheTarget | undefined {
  const work = getCurrentWork()
  const unit = workUnitAsyncStorage.getStore()
  if (!work || openWork(work).isDraftMode || !unit) return undefined
  return unit.type === 'request' || unit.type === 'unstable-cache'
    ? undefined
    : { work, unit: unit as unknown as RenderUnit }
}

export interface EnclosingCache {
  /** Whether tags can be added while it runs. `unstable_cache` takes its tags before it runs. */
  readonly acceptsTags: boolean
  readonly tags: readonly string[]
  readonly unit: RenderUnit
}

/** The site's cached function in which the caller runs. */
export function getEnclosingCache(): EnclosingCache | undefined {
  const unit = workUnitAsyncStorage.getStore()
  switch (unit?.type) {
    case 'unstable-cache':
      return { acceptsTags: false, tags: [], unit: unit as unknown as RenderUnit }
    case 'cache':
    case 'private-cache':
      return isFragmentUnit(unit)
        ? undefined
        : { acceptsTags: true, tags: unit.tags ?? [], unit: unit as unknown as RenderUnit }
    default:
      return undefined
  }
}

/** The lifetime of output that Next stores, in seconds from now. */
interface NextLifetime {
  readonly revalidate: number
  readonly expire: number
}

/** The shortest lifetime in seconds with which Next puts the output of a `'use cache'` into a prerendered page. */
export const MIN_PRERENDERABLE_EXPIRE = 300

/** The fields of a unit that Next stores. Kinds of units in later versions may lack some of them. */
interface StoredFields {
  tags?: string[] | null
  revalidate: number
  expire?: number
}

function openStoredFields(unit: RenderUnit): StoredFields {
  return unit as unknown as StoredFields
}

/** Whether Next stores tags with the output of the unit. */
export function canHoldTags(unit: RenderUnit): boolean {
  return openStoredFields(unit).tags !== undefined
}

export function hasTags(unit: RenderUnit, tags: readonly string[]): boolean {
  const stored = openStoredFields(unit).tags
  return tags.every((tag) => stored?.includes(tag))
}

/** Makes these tags revalidate the stored output of the unit as well. */
export function addTags(unit: RenderUnit, tags: readonly string[]): void {
  const fields = openStoredFields(unit)
  fields.tags = [...new Set([...(fields.tags ?? []), ...tags])]
}

/** Limits how long Next stores the output of the unit. */
export function limitNextLifetime(unit: RenderUnit, { revalidate, expire }: NextLifetime): void {
  const fields = openStoredFields(unit)
  fields.revalidate = Math.min(fields.revalidate, revalidate)
  limitExpire(unit, expire)
}

/** @param seconds after which Next no longer serves the stored output */
export function limitExpire(unit: RenderUnit, seconds: number): void {
  const fields = openStoredFields(unit)
  if (fields.expire !== undefined) fields.expire = Math.min(fields.expire, seconds)
}
