import type { BypassReason } from '../../core/events.ts'
import { isFragmentUnit, unwrapRequest } from './guardedUnit.ts'
import { getManifests, type Manifests } from './manifests.ts'
import { type NextRequest, openRequest } from './nextRequest.ts'
import type { RenderUnit, RenderUnitStore } from './renderUnit.ts'
import { type WorkUnitStore, workAsyncStorage, workUnitAsyncStorage } from './workAsyncStorage.ts'

export interface RenderContext {
  readonly request: NextRequest
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
  const request = getCurrentRequest()
  const unit = workUnitAsyncStorage.getStore()
  if (!request || !unit) return 'outside-next'
  const { isDraftMode, runInCleanSnapshot } = openRequest(request)
  if (isDraftMode) return 'draft-mode'
  const manifests = getManifests()
  if (!manifests) return { missing: 'its manifests where they are in 16.1 to 16.4' }
  if (typeof runInCleanSnapshot !== 'function') return { missing: '`runInCleanSnapshot`' }
  // The union grows with Next. Uncached is always right.
  if (!isRenderUnit(unit)) return 'unsupported-context'
  return { request, unit, manifests, storedByHost: unit.type !== 'request' && !isFragmentUnit(unit) }
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

/** The request, also from inside a fragment, where a guarded view of it stands. */
export function getCurrentRequest(): NextRequest | undefined {
  const workStore = workAsyncStorage.getStore()
  return workStore && unwrapRequest(workStore)
}
