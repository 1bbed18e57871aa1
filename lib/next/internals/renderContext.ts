import type { BypassReason } from '../../core/events.ts'
import { hasServerInternals } from '../../react/reactServerInternals.ts'
import { isFragmentUnit, unwrapWork } from './guardedUnit.ts'
import { getManifests, type Manifests } from './manifests.ts'
import { type NextWork, openWork } from './nextWork.ts'
import type { RenderUnit, RenderUnitStore } from './renderUnit.ts'
import { type WorkUnitStore, workAsyncStorage, workUnitAsyncStorage } from './workAsyncStorage.ts'

export interface RenderContext {
  readonly work: NextWork
  readonly unit: RenderUnit
  readonly manifests: Manifests
  /** Whether Next stores the output, in a page or a `'use cache'`. */
  readonly storedByHost: boolean
}

/** A part of Next that this version lacks. The page then renders without a cache. */
export interface UnsupportedNext {
  readonly missing: string
}

/** The part of Next in which the caller runs, or the reason why nothing can be cached there. */
export function getRenderContext(): RenderContext | UnsupportedNext | BypassReason {
  const work = getCurrentWork()
  const unit = workUnitAsyncStorage.getStore()
  if (!work || !unit) return 'outside-next'
  const { isDraftMode, runInCleanSnapshot } = openWork(work)
  if (isDraftMode) return 'draft-mode'
  const manifests = getManifests()
  if (!manifests) return { missing: 'its manifests in the place that they have since 16.1' }
  if (typeof runInCleanSnapshot !== 'function') return { missing: '`runInCleanSnapshot`' }
  if (!hasServerInternals()) return { missing: "React's hooks and cache of server components" }
  // Later versions of Next may add types. Without a cache the output is always right.
  if (!isRenderUnit(unit)) return 'unsupported-context'
  return { work, unit, manifests, storedByHost: unit.type !== 'request' && !isFragmentUnit(unit) }
}

export function getCurrentRenderUnit(): RenderUnit | undefined {
  const unit = workUnitAsyncStorage.getStore()
  return unit && isRenderUnit(unit) ? unit : undefined
}

/** Whether the caller may change data: in a Server Action or a route handler. */
export function isActionPhase(): boolean {
  return workUnitAsyncStorage.getStore()?.phase === 'action'
}

function isRenderUnit(unit: WorkUnitStore): unit is RenderUnitStore {
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

/** The work store of the request. Inside a fragment the current one is a guarded view of it. */
export function getCurrentWork(): NextWork | undefined {
  const workStore = workAsyncStorage.getStore()
  return workStore && unwrapWork(workStore)
}

/** Whether the caller renders for output that is stored: a page, a `'use cache'` or a fragment. */
export function isStoringOutput(): boolean {
  const type = workUnitAsyncStorage.getStore()?.type
  return type !== undefined && type !== 'request'
}
