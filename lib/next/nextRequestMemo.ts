import type { FragmentStore } from '../core/fragmentStore.ts'
import { createRequestMemo } from '../core/requestMemo.ts'
import { getCurrentHost } from '../react/fragmentHost.ts'
import { getCurrentRenderUnit, getCurrentRequest } from './internals/renderContext.ts'
import { isRequestUnit } from './internals/renderUnit.ts'
import { loadGuarded } from './renderGuarded.ts'
import { getCurrentRequestScope, now } from './requestScope.ts'
import { applyToEnclosingCache, limitEnclosingCache } from './toNextTag.ts'

/**
 * Creates `requestMemo` for Next.
 *
 * @param namespace the namespace of the cache. Its pages follow the objects that loaders register
 */
export function createNextRequestMemo(namespace: string, store: FragmentStore) {
  return createRequestMemo({
    getTable: () => getCurrentHost()?.memo ?? getCurrentRequestScope()?.memo,
    isolate(scope, load) {
      const request = getCurrentRequest()
      if (!request) return load()
      return loadGuarded({ request, unit: getCurrentRenderUnit(), store }, scope, load)
    },
    propagate(metadata) {
      const request = getCurrentRequest()
      const unit = getCurrentRenderUnit()
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
