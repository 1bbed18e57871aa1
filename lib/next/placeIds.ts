import { randomUUID } from 'node:crypto'
import type { DependencyScope } from '../core/dependencyScope.ts'
import { isCompactTree } from '../react/compaction/compactTree.ts'
import { createPlacedIds, type PlacedIds } from '../react/ids/placedIds.ts'
import { rehashCompactTree } from '../react/ids/renameIdTokensInTree.ts'
import type { Output } from './decodedTree.ts'
import { runOutsideRequest } from './internals/nextRequest.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { isCacheUnit } from './internals/renderUnit.ts'

/** The ids of a fragment that is put into a render of Next's. Each pass of a prerender is one of its own. */
export function placeIds(
  { unit, request, storedByHost }: RenderContext,
  capture: DependencyScope | undefined,
): PlacedIds {
  // Next shows what a `'use cache'` function made on any page, beside the same fragment, without asking here.
  const isNextCache = capture === undefined && storedByHost && isCacheUnit(unit)
  const name = isNextCache ? () => runOutsideRequest(request, randomUUID) : undefined
  return createPlacedIds({ render: unit, scope: capture, name })
}

/** A decoded copy in which ids were renamed. */
export function rehashOutput(output: Output): Output {
  return isCompactTree(output) ? rehashCompactTree(output) : output
}
