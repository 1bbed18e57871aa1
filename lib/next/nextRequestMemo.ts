import type { FragmentStore } from '../core/fragmentStore.ts'
import { createRequestMemo } from '../core/requestMemo.ts'
import { getCurrentHost } from '../react/fragmentHost.ts'
import { applyToEnclosingCache, limitEnclosingCache } from './applyToEnclosingCache.ts'
import { getCurrentRenderUnit, getCurrentWork } from './internals/renderContext.ts'
import { isRequestUnit } from './internals/renderUnit.ts'
import { loadGuarded } from './loadGuarded.ts'
import { getCurrentRequestScope, now } from './requestScope.ts'

/**
 * Creates `requestMemo` for Next.
 *
 * @param namespace the namespace of the cache. Its pages follow the objects that loaders register
 */
export function createNextRequestMemo(namespace: string, store: FragmentStore) {
  return createRequestMemo({
    getTable: () => getCurrentHost()?.memo ?? getCurrentRequestScope()?.memo,
    isolate(scope, load) {
      const work = getCurrentWork()
      if (!work) return load()
      return loadGuarded({ work, unit: getCurrentRenderUnit(), store }, scope, load)
    },
    propagate(metadata) {
      const work = getCurrentWork()
      const unit = getCurrentRenderUnit()
      if (!work || !unit || isRequestUnit(unit)) return undefined
      const startedAt = now()
      return metadata.then((final) => {
        const { staleAfter, discardAfter } = final.relativeLifetime ?? {
          staleAfter: Infinity,
          discardAfter: Infinity,
        }
        const lifetime = { staleAt: startedAt + staleAfter, discardAt: startedAt + discardAfter }
        applyToEnclosingCache({ work, unit }, { ...final, ...lifetime }, now(), { store, namespace })
        if (final.uncacheableReason) limitEnclosingCache(unit, final.uncacheableReason)
      })
    },
  })
}
