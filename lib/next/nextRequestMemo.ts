import type { FragmentStore } from '../core/fragmentStore.ts'
import { createRequestMemo } from '../core/requestMemo.ts'
import { currentHost } from '../react/fragmentHost.ts'
import { currentRenderUnit, currentWorkStore } from './internals/renderContext.ts'
import { loadGuarded } from './renderGuarded.ts'
import { currentRequestScope, now } from './requestScope.ts'
import { applyToEnclosingCache, limitEnclosingCache } from './toNextTag.ts'

/**
 * @param namespace as for the cache whose pages are to follow the objects that a loader registers
 */
export function createNextRequestMemo(namespace: string, store: FragmentStore) {
  return createRequestMemo({
    getTable: () => currentHost()?.memo ?? currentRequestScope()?.memo,
    isolate(capture, load) {
      const workStore = currentWorkStore()
      if (!workStore) return load()
      return loadGuarded({ workStore, unit: currentRenderUnit(), store }, capture, load)
    },
    propagate(metadata) {
      const workStore = currentWorkStore()
      const unit = currentRenderUnit()
      if (!workStore || !unit || unit.type === 'request') return undefined
      const startedAt = now()
      return metadata.then((final) => {
        const { staleAfter, discardAfter } = final.relativeLifetime ?? {
          staleAfter: Infinity,
          discardAfter: Infinity,
        }
        const lifetime = { staleAt: startedAt + staleAfter, discardAt: startedAt + discardAfter }
        applyToEnclosingCache({ workStore, unit }, { ...final, ...lifetime }, now(), namespace)
        if (final.uncacheableReason) limitEnclosingCache(unit)
      })
    },
  })
}
