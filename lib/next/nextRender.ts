import type { ReactNode } from 'react'
import { type DependencyScope, runInScope } from '../core/dependencyScope.ts'
import type { Engine } from '../core/engine.ts'
import { createContentCacheError } from '../core/errors.ts'
import type { StorableOutput } from '../core/fill/pendingFills.ts'
import type { FragmentRender } from '../core/fragmentRenderer.ts'
import { checkRenders } from '../react/compaction/checkRenders.ts'
import type { RenderHtml } from '../react/compaction/renderInnerHtml.ts'
import { resolveLazyTree } from '../react/compaction/resolveLazyTree.ts'
import type { FragmentProps } from '../react/fragmentHost.ts'
import { createFillRenamer, getIdToken } from '../react/ids/placedIds.ts'
import { createIdTokenEditor } from '../react/ids/renameIdTokens.ts'
import { renderExportHtml } from '../react/renderExportHtml.ts'
import { loadAhead } from './client/loadAhead.ts'
import { compactOutput } from './compactOutput.ts'
import { createDecodedTree, type DecodedTree, type Output } from './decodedTree.ts'
import { cacheDecodedTree } from './decodedTreeCache.ts'
import { hasNonce } from './hasNonce.ts'
import { watchFirstHints } from './hintCollector.ts'
import type { Flight } from './internals/flight.ts'
import { getHints } from './internals/flightHints.ts'
import { getRequestNonce } from './internals/getRequestHeader.ts'
import { hasReadOnceValues } from './internals/hasReadOnceValues.ts'
import { loadHtmlRenderer, loadMarkupRenderer } from './internals/loadHtmlRenderer.ts'
import { getRoutePattern, runOutsideRequest } from './internals/nextWork.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { isRequestUnit } from './internals/renderUnit.ts'
import type { RouteModules } from './internals/routeModules.ts'
import { renderGuarded } from './renderGuarded.ts'
import { getRequestScope } from './requestScope.ts'

/** The render of one fill in Next. */
export interface NextRender extends FragmentRender {
  /**
   * Passes in the output as it was decoded for the visitor of the miss, so that it is not decoded again. It must have
   * the same ids as the entry.
   */
  shareOutput(output: Output): void
}

interface NextRenderOptions {
  readonly engine: Engine
  readonly renderContext: RenderContext
  readonly flight: Flight
  readonly routeModules: RouteModules
  /**
   * Runs a task in the enclosing render, of a page or a fragment. The output of that render brings the hints to the
   * browser.
   */
  readonly runInEnclosingRender: <T>(task: () => T) => T
  onPrerenderGap(): void
}

/** Starts the render of a fragment's children with Next's own Flight, guarded from the request. */
export function startNextRender(
  { engine, renderContext, flight, routeModules, runInEnclosingRender, onPrerenderGap }: NextRenderOptions,
  props: FragmentProps,
  children: ReactNode,
  scope: DependencyScope,
): NextRender {
  const { work, unit, manifests } = renderContext
  const requestScope = getRequestScope(work)
  // A nested fragment cannot read the request. The fragment around it has set the nonce before.
  if (isRequestUnit(unit)) requestScope.nonce ??= getRequestNonce(unit) ?? false
  const { output, runInFill } = renderGuarded({ ...renderContext, store: engine.store }, scope, {
    vary: props.vary,
    onPrerenderGap,
    start: (onError) =>
      runInScope(scope, () => flight.encode(children, manifests, onError, getIdToken(scope))),
  })
  const fullTree = createFullTree(flight, routeModules)
  const renderOutside = (render: RenderHtml): RenderHtml => {
    return (node) => runOutsideRequest(work, render, node)
  }

  async function compact(payload: Uint8Array): Promise<StorableOutput> {
    const root = await fullTree.decodeOnce(payload)
    const { bytes, output } = await compactOutput(payload, root, { flight, manifests, work })
    const result = { output, hints: getHints(bytes)?.calls }
    // With the tree at hand, the readers of this fill need not decode the bytes.
    const decoded = createDecodedTree(result, routeModules.used, getRoutePattern(work))
    return { payload: bytes, decoded }
  }

  async function assertRenders(payload: Uint8Array): Promise<void> {
    const renderToString = await loadHtmlRenderer()
    checkRenders(await resolveLazyTree(await fullTree.decodeOnce(payload)), renderOutside(renderToString))
  }

  async function renderHtml(payload: Uint8Array): Promise<string> {
    const renderMarkup = await loadMarkupRenderer()
    return renderExportHtml(props.name, await fullTree.decodeOnce(payload), renderOutside(renderMarkup))
  }

  return {
    output,
    edit: createEditor(scope, runInEnclosingRender),
    examine(payload) {
      if (requestScope.nonce && hasNonce(payload, requestScope.nonce))
        scope.markUncacheable('dynamic', createContentCacheError('CC_REQUEST_NONCE', [props.name]))
    },
    compact: props.compact === false ? undefined : (payload) => runInFill(() => compact(payload)),
    checkRenders: (payload) => runInFill(() => assertRenders(payload)),
    renderHtml: props.exportAs === undefined ? undefined : (payload) => runInFill(() => renderHtml(payload)),
    onCommitted: (output) => cacheIfDataOnly(engine, output),
    shareOutput: fullTree.share,
  }
}

function createEditor(
  scope: DependencyScope,
  runInEnclosingRender: NextRenderOptions['runInEnclosingRender'],
) {
  const rename = createIdTokenEditor(createFillRenamer(scope))
  // The enclosing render accepts hints only in the turn in which the fill began.
  const watch = watchFirstHints((hints) => runInEnclosingRender(() => loadAhead(hints)))
  return (chunk: Uint8Array | undefined) => {
    watch(chunk)
    return rename(chunk)
  }
}

/**
 * Decodes the complete output once, for compaction, for the check that it renders, and for exports. The output of the
 * visitor is reused, unless it has values that can be read once.
 */
function createFullTree(flight: Flight, { manifests }: RouteModules) {
  let sharedOutput: Output
  let decoded: Promise<ReactNode> | undefined
  const decode = async (payload: Uint8Array, shared: Output) =>
    (shared ?? (await flight.decodeFully(payload, manifests))) as ReactNode
  return {
    share(output: Output) {
      sharedOutput = output
    },
    /** @param payload the complete output, which is the same at each call */
    decodeOnce(payload: Uint8Array): Promise<ReactNode> {
      decoded ??= decode(payload, hasReadOnceValues(payload) ? undefined : sharedOutput)
      return decoded
    },
  }
}

function cacheIfDataOnly({ store }: Engine, { payload, decoded }: StorableOutput): void {
  // In development, elements also hold the stack of the render that made them.
  if (process.env.NODE_ENV !== 'production' || decoded === undefined) return
  const tree = decoded as DecodedTree
  if (tree.isDataOnly) cacheDecodedTree(store, payload, tree)
}
