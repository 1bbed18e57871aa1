import { filterSearchByVary } from './getFragmentRoute.ts'
import type { RootParam } from './internals/renderUnit.ts'

/**
 * Finds root params that a fragment has read through `next/root-params`, and that its `vary` lacks. Next makes a root
 * param that a `'use cache'` reads part of the key. A fragment's key is known before its code runs.
 *
 * @param params the root params that the fragment has read
 * @returns the names of the params
 */
export function findUnvariedRootParams(params: readonly RootParam[], vary: unknown): string[] {
  return params.flatMap(({ name, value }) => {
    // The URL lacks this optional param, and the fragment depends on its absence.
    const isVaried =
      value === undefined ? isAbsenceInVary(name, vary) : [value].flat().every((part) => isInVary(part, vary))
    return isVaried ? [] : name
  })
}

function isInVary(value: string, vary: unknown): boolean {
  return filterSearchByVary(`?${new URLSearchParams({ value })}`, vary) !== ''
}

/** Whether `vary` distinguishes an absent param from a present one. */
function isAbsenceInVary(name: string, vary: unknown): boolean {
  if (typeof vary !== 'object' || vary === null) return false
  return (
    (!Array.isArray(vary) && Object.hasOwn(vary, name)) ||
    Object.values(vary).some((value) => value === undefined || value === null)
  )
}
