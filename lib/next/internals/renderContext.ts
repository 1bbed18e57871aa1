import type { BypassReason } from '../../core/events.ts'
import { isFragmentUnit, type RenderUnit, unwrapWorkStore } from './guardedUnit.ts'
import { getManifests, type Manifests } from './manifests.ts'
import {
  type WorkStore,
  type WorkUnitStore,
  workAsyncStorage,
  workUnitAsyncStorage,
} from './workAsyncStorage.ts'

export interface RenderContext {
  /** One per request: what belongs to a request hangs on it. */
  readonly workStore: WorkStore
  readonly unit: RenderUnit
  readonly manifests: Manifests
  /** Next stores what is rendered here, in a page or a `'use cache'`. */
  readonly storedByHost: boolean
}

/** What this Next does not have; the page then renders without a cache. */
export interface UnsupportedNext {
  readonly missing: string
}

/** Where in Next the caller stands, or why nothing can be cached there. */
export function getRenderContext(): RenderContext | UnsupportedNext | BypassReason {
  const workStore = currentWorkStore()
  const unit = workUnitAsyncStorage.getStore()
  if (!workStore || !unit) return 'outside-next'
  if (workStore.isDraftMode) return 'draft-mode'
  const manifests = getManifests()
  if (!manifests) return { missing: 'its manifests where they are in 16.1 to 16.4' }
  if (typeof workStore.runInCleanSnapshot !== 'function') return { missing: '`runInCleanSnapshot`' }
  // The union grows with Next. Uncached is always right.
  if (!isRenderUnit(unit)) return 'unsupported-context'
  return { workStore, unit, manifests, storedByHost: unit.type !== 'request' && !isFragmentUnit(unit) }
}

export interface NextCacheTarget {
  readonly workStore: WorkStore
  readonly unit: {
    readonly type: string
    tags?: string[] | null
    /** Seconds after which what is stored is gone. */
    expire?: number
  }
}

/**
 * The page or cache that Next stores and the caller renders in; nothing where it renders for a request, in draft mode
 * or outside of Next. Inside `unstable_cache` nothing either: its own tags and lifetime are all that Next takes there.
 */
export function getNextCacheTarget(): NextCacheTarget | undefined {
  const workStore = currentWorkStore()
  const unit = workUnitAsyncStorage.getStore()
  if (!workStore || workStore.isDraftMode || !unit) return undefined
  return unit.type === 'request' || unit.type === 'unstable-cache'
    ? undefined
    : { workStore, unit: unit as NextCacheTarget['unit'] }
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

export function currentRenderUnit(): RenderUnit | undefined {
  const unit = workUnitAsyncStorage.getStore()
  return unit && isRenderUnit(unit) ? unit : undefined
}

function isRenderUnit(unit: WorkUnitStore): unit is RenderUnit {
  switch (unit.type) {
    case 'request':
    case 'prerender':
    case 'prerender-runtime':
    case 'prerender-legacy':
    case 'cache':
    case 'private-cache':
      return true
    default:
      return false
  }
}

/** Next's store of the request, also from inside a fragment, where a guarded view of it stands. */
export function currentWorkStore(): WorkStore | undefined {
  const workStore = workAsyncStorage.getStore()
  return workStore && unwrapWorkStore(workStore)
}
