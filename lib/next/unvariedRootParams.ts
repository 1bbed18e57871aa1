import type { PublicUseCacheStore } from './internals/storages.ts'
import { searchInVary } from './searchInVary.ts'

/**
 * The root params that a fragment has read through `next/root-params` and does not name in `vary`. Next makes those that
 * a `'use cache'` reads part of its key; a fragment's key is known before anything in it runs.
 *
 * @param unit what the fragment was rendered with
 * @returns their names
 */
export function unvariedRootParams(
  { readRootParamNames, rootParams }: Pick<PublicUseCacheStore, 'readRootParamNames' | 'rootParams'>,
  vary: unknown,
): string[] {
  return [...readRootParamNames].filter((name) => {
    const values = [rootParams?.[name] ?? []].flat()
    return values.some((value) => searchInVary(`?${new URLSearchParams({ value })}`, vary) === '')
  })
}
