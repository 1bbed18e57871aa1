import type { ReactNode } from 'react'
import type { DependencyScope } from '../core/dependencyScope.ts'
import { defineScopeState } from '../core/scopeState.ts'
import { isCompactTree } from '../react/compaction/compactTree.ts'
import { toBareElements } from '../react/compaction/toBareElements.ts'
import { createFillRenamer, type PlacedIds } from '../react/ids/placedIds.ts'
import { findIdTokens, type TokenRenamer } from '../react/ids/renameIdTokens.ts'
import { renameLiveTree } from '../react/ids/renameLiveTree.ts'
import { createNestedFragment, type NestedContent } from '../react/render/nestedFragment.ts'
import type { OutputWithHints } from './decodedTree.ts'
import { addHint } from './internals/hintCollector.ts'
import type { NextWork } from './internals/nextWork.ts'
import { createRenderErrorHandler } from './renderErrorHandler.ts'
import { getRequestScope } from './requestScope.ts'
import { toElements } from './toPageElement.ts'

/**
 * The node that shows a fragment inside another one.
 *
 * @param scope of the fragment around it
 */
export function toNestedElement(
  { output, content, payload, hasReadOnceValues }: OutputWithHints,
  { ids, scope, work }: { readonly ids: PlacedIds; readonly scope: DependencyScope; readonly work: NextWork },
): ReactNode {
  let renameInFill: TokenRenamer | undefined
  const rename = (token: string) => {
    renameInFill ??= createFillRenamer(scope)
    return renameInFill(ids.rename(token))
  }
  if (content !== undefined) {
    content.watchErrors(createRenderErrorHandler(work, scope))
    content.watchHints((hint) => addHint(scope, hint))
    if (content.parentScope !== scope) getRequestScope(work).nonces.follow(content.nonces)
    return createNestedFragment({ content, rename, renameTree: renameLiveTree })
  }
  const hasIds = payload !== undefined && findIdTokens(payload).size > 0
  // The fill around it makes values repeatable that can be read once, if it meets them as elements.
  if (isCompactTree(output) && !hasReadOnceValues) {
    const hit: NestedContent = {
      get live() {
        return toBareElements(output)
      },
      getCompactTree: () => output,
      mayHaveIds: () => hasIds,
    }
    return createNestedFragment({ content: hit, rename, renameTree: renameLiveTree })
  }
  const elements = toElements(output)
  if (!hasIds) return elements
  hitsWithIds.set(scope, true)
  return renameLiveTree(elements, rename)
}

/** Set for a fragment whose elements contain ids of hits. Ids in other nested fragments are known from these. */
const hitsWithIds = defineScopeState<true>('hitsWithIds')

export function hasHitsWithIds(scope: DependencyScope): boolean {
  return hitsWithIds.get(scope) === true
}
