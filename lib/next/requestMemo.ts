import { createRequestMemo } from '../core/requestMemo.ts'
import type { FragmentStore } from '../core/store.ts'
import { currentHost } from '../react/host.ts'
import { guardedLoad } from './guardedRender.ts'
import { currentRenderUnit, currentWorkStore } from './internals/situation.ts'
import { keepAroundBriefly, tellAround } from './pageTags.ts'
import { currentRequestScope, now } from './requestScope.ts'

/**
 * @param namespace as for the cache whose pages are to follow the objects that a loader registers
 */
export function createNextRequestMemo(namespace: string, store: FragmentStore) {
  return createRequestMemo({
    table: () => currentHost()?.memo ?? currentRequestScope()?.memo,
    isolate(capture, load) {
      const workStore = currentWorkStore()
      if (!workStore) return load()
      return guardedLoad({ workStore, unit: currentRenderUnit(), store }, capture, load)
    },
    propagate(metadata) {
      const workStore = currentWorkStore()
      const unit = currentRenderUnit()
      if (!workStore || !unit || unit.type === 'request') return undefined
      const begun = now()
      return metadata.then((final) => {
        const { stale, gone } = final.span ?? { stale: Infinity, gone: Infinity }
        const lifetime = { staleAt: begun + stale, goneAt: begun + gone }
        tellAround({ workStore, unit }, { ...final, ...lifetime }, now(), namespace)
        if (final.refusal) keepAroundBriefly(unit)
      })
    },
  })
}
