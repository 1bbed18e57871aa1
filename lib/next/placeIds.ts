import { randomUUID } from 'node:crypto'
import type { DependencyScope } from '../core/dependencyScope.ts'
import { isCompactTree } from '../react/compaction/compactTree.ts'
import { createPlacedIds, type PlacedIds } from '../react/ids/placedIds.ts'
import { rehashCompactTree } from '../react/ids/renameIdTokensInTree.ts'
import type { Output } from './decodedTree.ts'
import { runOutsideRequest } from './internals/nextWork.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { isCacheUnit } from './internals/renderUnit.ts'

/** Creates the ids of a fragment in one of Next's renders. Each pass of a prerender is a render of its own. */
export function placeIds(
  { unit, work, storedByHost }: RenderContext,
  outerScope: DependencyScope | undefined,
): PlacedIds {
  // Next may show the output of a `'use cache'` function on any page, beside the same fragment, and does not call this
  // function then. So its ids get a random name.
  const isNextCache = outerScope === undefined && storedByHost && isCacheUnit(unit)
  const name = isNextCache ? () => runOutsideRequest(work, randomUUID) : undefined
  return createPlacedIds({ render: unit, scope: outerScope, name })
}

/** Corrects the hashes of a decoded copy after its ids were renamed. */
export function rehashOutput(output: Output): Output {
  return isCompactTree(output) ? rehashCompactTree(output) : output
}
