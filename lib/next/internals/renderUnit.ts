import { getCacheSignal, type WorkUnitStore } from './workAsyncStorage.ts'

declare const opaque: unique symbol

/**
 * Next's work unit: a request, a prerender or a `'use cache'` for which it renders server components. It is opaque
 * outside of this folder.
 */
export interface RenderUnit {
  readonly [opaque]: 'unit'
}

/** A unit with Next's fields, which change between versions of Next. Only this folder may use the type. */
export type RenderUnitStore = RenderUnit &
  Extract<
    WorkUnitStore,
    { type: 'request' | 'prerender' | 'prerender-runtime' | 'prerender-legacy' | 'cache' | 'private-cache' }
  >

export function openUnit(unit: RenderUnit): RenderUnitStore {
  return unit as RenderUnitStore
}

/** Whether Next renders for one request, and stores nothing. */
export function isRequestUnit(unit: RenderUnit): boolean {
  return openUnit(unit).type === 'request'
}

/** Whether Next renders a page that it stores. */
export function isPrerenderUnit(unit: RenderUnit): boolean {
  return openUnit(unit).type.startsWith('prerender')
}

/** Whether Next renders a `'use cache'` function. The render of a fragment looks the same. */
export function isCacheUnit(unit: RenderUnit): boolean {
  const { type } = openUnit(unit)
  return type === 'cache' || type === 'private-cache'
}

/** Whether Next renders the same page several times, and compares the results. */
export function hasSeveralPasses(unit: RenderUnit): boolean {
  const { type } = openUnit(unit)
  return type === 'prerender' || type === 'prerender-runtime'
}

/** Whether a page is rendered for future URLs, so that some of its params never resolve. */
export function isFallbackShell(unit: RenderUnit): boolean {
  const store = openUnit(unit)
  return store.type === 'prerender' && (store.fallbackRouteParams?.size ?? 0) > 0
}

/**
 * Makes a prerender wait for a read of a cache.
 *
 * @returns a function that ends the read
 */
export function beginCacheRead(unit: RenderUnit): () => void {
  const cacheSignal = getCacheSignal(openUnit(unit))
  cacheSignal?.beginRead()
  return () => cacheSignal?.endRead()
}

export interface RootParam {
  readonly name: string
  readonly value: string | readonly string[] | undefined
}

/** The root params that were read through `next/root-params`. */
export function getReadRootParams(unit: RenderUnit): RootParam[] {
  const store = openUnit(unit)
  if (store.type !== 'cache') return []
  return [...store.readRootParamNames].map((name) => ({ name, value: store.rootParams?.[name] }))
}
