import { randomUUID } from 'node:crypto'
import type { DependencyScope } from '../core/dependencyScope.ts'
import { createPlacedIds, type PlacedIds } from '../react/ids/placedIds.ts'
import { runOutsideRequest } from './internals/nextWork.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { isCacheUnit } from './internals/renderUnit.ts'

/** Creates the ids of a fragment in one of Next's renders. Each pass of a prerender is a render of its own. */
export function createNextPlacedIds(
  { unit, work, storedByHost }: RenderContext,
  parentScope: DependencyScope | undefined,
): PlacedIds {
  // Next may show the output of a `'use cache'` function on any page, beside the same fragment, and does not call this
  // function then. So its ids get a random name.
  const isNextCache = parentScope === undefined && storedByHost && isCacheUnit(unit)
  const name = isNextCache ? () => runOutsideRequest(work, randomUUID) : undefined
  return createPlacedIds({ render: unit, scope: parentScope, name })
}
