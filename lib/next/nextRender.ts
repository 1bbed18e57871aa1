import type { ReactNode } from 'react'
import { type DependencyScope, runInScope } from '../core/dependencyScope.ts'
import type { Engine } from '../core/engine.ts'
import { createContentCacheError } from '../core/errors.ts'
import type { StoredOutput } from '../core/fill/pendingFills.ts'
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
import { cacheDecodedTree, createDecodedTree, type DecodedTree, type Output } from './decodedTree.ts'
import { hasNonce } from './hasNonce.ts'
import { watchFirstHints } from './hintCollector.ts'
import type { Flight } from './internals/flight.ts'
import { getHints } from './internals/flightHints.ts'
import { getRequestNonce } from './internals/getRequestHeader.ts'
import { hasReadOnceValues } from './internals/hasReadOnceValues.ts'
import { loadHtmlRenderer, loadMarkupRenderer } from './internals/loadHtmlRenderer.ts'
import { getRoutePattern, runOutsideRequest } from './internals/nextRequest.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { isRequestUnit } from './internals/renderUnit.ts'
import type { RouteModules } from './internals/routeModules.ts'
import { renderGuarded } from './renderGuarded.ts'
import { getRequestScope } from './requestScope.ts'

/** The render of one fill in Next. */
export interface NextRender extends FragmentRender {
  /**
   * Hands in what the output has been decoded to for the visitor of the miss, so that it need not be decoded again. It
   * has the same ids as the entry.
   */
  shareOutput(output: Output): void
}

interface NextRenderOptions {
  readonly engine: Engine
  readonly context: RenderContext
  readonly flight: Flight
  readonly routeModules: RouteModules
  /** Runs a task in the render around, a page's or a fragment's: its output brings the hints to the browser. */
  readonly runInOuterRender: <T>(task: () => T) => T
  onPrerenderGap(): void
}

/** Starts the render of a fragment's children with Next's own Flight, guarded from the request. */
export function startNextRender(
  { engine, context, flight, routeModules, runInOuterRender, onPrerenderGap }: NextRenderOptions,
  props: FragmentProps,
  children: ReactNode,
  scope: DependencyScope,
): NextRender {
  const { request, unit, manifests } = context
  const requestScope = getRequestScope(request)
  // A fragment inside another is out of reach of the request, but was not rendered before that.
  if (isRequestUnit(unit)) requestScope.nonce ??= getRequestNonce(unit) ?? false
  const { output, runInFill } = renderGuarded({ ...context, store: engine.store }, scope, {
    vary: props.vary,
    onPrerenderGap,
    start: (onError) =>
      runInScope(scope, () => flight.encode(children, manifests, onError, getIdToken(scope))),
  })
  const tree = createFullTree(flight, routeModules)
  const renderOutside = (render: RenderHtml): RenderHtml => {
    return (node) => runOutsideRequest(request, render, node)
  }

  async function compact(payload: Uint8Array): Promise<StoredOutput> {
    const root = await tree.get(payload)
    const { bytes, output } = await compactOutput(payload, root, { flight, manifests, request })
    const result = { output, hints: getHints(bytes)?.calls }
    // The readers of this fill need not decode what has just been encoded.
    const decoded = createDecodedTree(result, routeModules.used, getRoutePattern(request))
    return { payload: bytes, decoded }
  }

  async function assertRenders(payload: Uint8Array): Promise<void> {
    const renderToString = await loadHtmlRenderer()
    checkRenders(await resolveLazyTree(await tree.get(payload)), renderOutside(renderToString))
  }

  async function renderHtml(payload: Uint8Array): Promise<string> {
    const renderMarkup = await loadMarkupRenderer()
    return renderExportHtml(props.name, await tree.get(payload), renderOutside(renderMarkup))
  }

  return {
    output,
    edit: createEditor(scope, runInOuterRender),
    examine(payload) {
      if (requestScope.nonce && hasNonce(payload, requestScope.nonce))
        scope.markUncacheable('dynamic', createContentCacheError('CC_REQUEST_NONCE', [props.name]))
    },
    compact: props.compact === false ? undefined : (payload) => runInFill(() => compact(payload)),
    checkRenders: (payload) => runInFill(() => assertRenders(payload)),
    renderHtml: props.exportAs === undefined ? undefined : (payload) => runInFill(() => renderHtml(payload)),
    onCommitted: (output) => keepDecodedTree(engine, output),
    shareOutput: tree.share,
  }
}

function createEditor(scope: DependencyScope, runInOuterRender: NextRenderOptions['runInOuterRender']) {
  const rename = createIdTokenEditor(createFillRenamer(scope))
  // The page around takes only the hints of the turn in which the fill began.
  const watch = watchFirstHints((hints) => runInOuterRender(() => loadAhead(hints)))
  return (chunk: Uint8Array | undefined) => {
    watch(chunk)
    return rename(chunk)
  }
}

/** The output as what is made of it needs it, decoded once. What the visitor's render uses up, it does not share. */
function createFullTree(flight: Flight, { manifests }: RouteModules) {
  let sharedOutput: Output
  let fullTree: Promise<ReactNode> | undefined
  const decode = async (payload: Uint8Array, shared: Output) =>
    (shared ?? (await flight.decodeFully(payload, manifests))) as ReactNode
  return {
    share(output: Output) {
      sharedOutput = output
    },
    get(payload: Uint8Array): Promise<ReactNode> {
      fullTree ??= decode(payload, hasReadOnceValues(payload) ? undefined : sharedOutput)
      return fullTree
    },
  }
}

function keepDecodedTree({ store }: Engine, { payload, decoded }: StoredOutput): void {
  // In development, elements also hold where they were made: the stack of this very render.
  if (process.env.NODE_ENV !== 'production' || decoded === undefined) return
  const tree = decoded as DecodedTree
  if (tree.isPlainData) cacheDecodedTree(store, payload, tree)
}
