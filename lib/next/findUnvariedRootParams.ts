import { filterSearchByVary } from './getFragmentRoute.ts'
import type { RootParam } from './internals/renderUnit.ts'

/**
 * The root params that a fragment has read through `next/root-params` and does not name in `vary`. Next makes those that
 * a `'use cache'` reads part of its key; a fragment's key is known before anything in it runs.
 *
 * @param params those that it has read
 * @returns their names
 */
export function findUnvariedRootParams(params: readonly RootParam[], vary: unknown): string[] {
  return params.flatMap(({ name, value }) => {
    // An optional param that the URL does not have: its absence is what the fragment depends on.
    const isVaried =
      value === undefined ? namesAbsence(name, vary) : [value].flat().every((part) => isInVary(part, vary))
    return isVaried ? [] : name
  })
}

function isInVary(value: string, vary: unknown): boolean {
  return filterSearchByVary(`?${new URLSearchParams({ value })}`, vary) !== ''
}

/** Whether `vary` tells an absent param from one that is there. */
function namesAbsence(name: string, vary: unknown): boolean {
  if (typeof vary !== 'object' || vary === null) return false
  return (
    (!Array.isArray(vary) && Object.hasOwn(vary, name)) ||
    Object.values(vary).some((value) => value === undefined || value === null)
  )
}
