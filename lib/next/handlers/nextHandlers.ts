import type { FragmentStore } from '../../core/fragmentStore.ts'
import { defineGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import { isPrerenderUnit, type RenderUnit } from '../internals/renderUnit.ts'
import type { RefusedFills } from './refusedFills.ts'
import type { InvalidateTags } from './tagInvalidator.ts'

/** The caches of Next that this library keeps, if the site has configured it. */
export interface NextHandlers {
  /** The store of pages, route handlers, `fetch` and `unstable_cache`. */
  pages: FragmentStore | undefined
  /** The store of `'use cache'`. */
  useCache: FragmentStore | undefined
  invalidateTags: InvalidateTags | undefined
  refusedFills: RefusedFills | undefined
}

/** Next loads the handlers outside of its bundles, so fragments find them here. */
export const getNextHandlers = defineGlobalSingleton<NextHandlers>('nextHandlers', () => ({
  pages: undefined,
  useCache: undefined,
  invalidateTags: undefined,
  refusedFills: undefined,
}))

/**
 * Whether the pages of Next are in this store. Then an expiry of an object reaches the pages that show it, like fragments,
 * in all processes.
 */
export function arePagesIn(store: FragmentStore): boolean {
  return getNextHandlers().pages === store
}

/** Whether the output of a unit, and all output that may contain it, is in this store. */
export function isOutputIn(store: FragmentStore, unit: RenderUnit): boolean {
  const { pages, useCache } = getNextHandlers()
  return pages === store && (isPrerenderUnit(unit) || useCache === store)
}
