import type { FragmentStore } from '../core/fragmentStore.ts'
import { createRequestMemo } from '../core/requestMemo.ts'
import { getCurrentHost } from '../react/fragmentHost.ts'
import { currentRenderUnit, currentRequest } from './internals/renderContext.ts'
import { isRequestUnit } from './internals/renderUnit.ts'
import { loadGuarded } from './renderGuarded.ts'
import { currentRequestScope, now } from './requestScope.ts'
import { applyToEnclosingCache, limitEnclosingCache } from './toNextTag.ts'

/**
 * @param namespace as for the cache whose pages are to follow the objects that a loader registers
 */
export function createNextRequestMemo(namespace: string, store: FragmentStore) {
  return createRequestMemo({
    getTable: () => getCurrentHost()?.memo ?? currentRequestScope()?.memo,
    isolate(capture, load) {
      const request = currentRequest()
      if (!request) return load()
      return loadGuarded({ request, unit: currentRenderUnit(), store }, capture, load)
    },
    propagate(metadata) {
      const request = currentRequest()
      const unit = currentRenderUnit()
      if (!request || !unit || isRequestUnit(unit)) return undefined
      const startedAt = now()
      return metadata.then((final) => {
        const { staleAfter, discardAfter } = final.relativeLifetime ?? {
          staleAfter: Infinity,
          discardAfter: Infinity,
        }
        const lifetime = { staleAt: startedAt + staleAfter, discardAt: startedAt + discardAfter }
        applyToEnclosingCache({ request, unit }, { ...final, ...lifetime }, now(), namespace)
        if (final.uncacheableReason) limitEnclosingCache(unit)
      })
    },
  })
}
