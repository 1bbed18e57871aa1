import { filterSearchByVary } from './filterSearchByVary.ts'
import type { PublicUseCacheStore } from './internals/workAsyncStorage.ts'

/**
 * The root params that a fragment has read through `next/root-params` and does not name in `vary`. Next makes those that
 * a `'use cache'` reads part of its key; a fragment's key is known before anything in it runs.
 *
 * @param unit what the fragment was rendered with
 * @returns their names
 */
export function findUnvariedRootParams(
  { readRootParamNames, rootParams }: Pick<PublicUseCacheStore, 'readRootParamNames' | 'rootParams'>,
  vary: unknown,
): string[] {
  return [...readRootParamNames].filter((name) => {
    const value = rootParams?.[name]
    // An optional param that the URL does not have: its absence is what the fragment depends on.
    if (value === undefined) return !namesAbsence(name, vary)
    return [value]
      .flat()
      .some((value) => filterSearchByVary(`?${new URLSearchParams({ value })}`, vary) === '')
  })
}

/** Whether `vary` tells an absent param from one that is there. */
function namesAbsence(name: string, vary: unknown): boolean {
  if (typeof vary !== 'object' || vary === null) return false
  return (
    (!Array.isArray(vary) && Object.hasOwn(vary, name)) ||
    Object.values(vary).some((value) => value === undefined || value === null)
  )
}
