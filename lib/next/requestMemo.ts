import { createRequestMemo } from '../core/requestMemo.ts'
import { guardedLoad } from './guardedRender.ts'
import { currentRenderUnit, currentWorkStore } from './internals/situation.ts'
import { tellAround } from './pageTags.ts'
import { currentRequestScope, now } from './requestScope.ts'

/**
 * @param namespace as for the cache whose pages are to follow the objects that a loader registers
 */
export function createNextRequestMemo(namespace: string) {
  return createRequestMemo({
    table: () => currentRequestScope()?.memo,
    isolate(capture, load) {
      const workStore = currentWorkStore()
      return workStore ? guardedLoad({ workStore, unit: currentRenderUnit() }, capture, load) : load()
    },
    propagate(metadata) {
      const unit = currentRenderUnit()
      const begun = now()
      if (!unit || unit.type === 'request') return undefined
      return metadata.then((final) => {
        const { stale, gone } = final.span ?? { stale: Infinity, gone: Infinity }
        tellAround(unit, { ...final, staleAt: begun + stale, goneAt: begun + gone }, begun, namespace)
      })
    },
  })
}
