import type { ReactNode } from 'react'
import type { DependencyScope } from '../core/dependencyScope.ts'
import type { Engine } from '../core/engine.ts'
import { createContentCacheError } from '../core/errors.ts'
import type { FragmentRender, StorableOutput } from '../core/fragmentRenderer.ts'
import { recordMakeup } from '../core/makeup.ts'
import { readByteStream } from '../core/readByteStream.ts'
import { checkRenders } from '../react/compaction/checkRenders.ts'
import type { CompactTree } from '../react/compaction/compactTree.ts'
import { prepareCompactTree } from '../react/compaction/prepareCompactTree.ts'
import type { RenderHtml } from '../react/compaction/renderHtml.ts'
import type { FragmentProps } from '../react/fragmentHost.ts'
import { getIdToken } from '../react/ids/placedIds.ts'
import { scopeReactCache } from '../react/reactServerInternals.ts'
import { renderTree } from '../react/render/renderTree.ts'
import { toClientTree } from '../react/render/toClientTree.ts'
import { renderExportHtml } from '../react/renderExportHtml.ts'
import { loadAhead } from './client/loadAhead.ts'
import { completeTree } from './completeTree.ts'
import { createDecodedTree, type DecodedTree, type Output, type OutputWithHints } from './decodedTree.ts'
import { cacheDecodedTree } from './decodedTreeCache.ts'
import { createFillContext } from './fillContext.ts'
import { encodePayload, getFlightPart, toCompactHeader } from './fragmentPayload.ts'
import { hasNonce } from './hasNonce.ts'
import { collectHints } from './internals/collectHints.ts'
import type { Flight } from './internals/flight.ts'
import { getRequestNonce } from './internals/getRequestHeader.ts'
import { hasReadOnceValues } from './internals/hasReadOnceValues.ts'
import { loadHtmlRenderer, loadMarkupRenderer } from './internals/loadHtmlRenderer.ts'
import { getRoutePattern, runOutsideRequest } from './internals/nextWork.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { isRequestUnit } from './internals/renderUnit.ts'
import type { RenderedContent } from './renderedContent.ts'
import { getRequestScope } from './requestScope.ts'

interface NextRenderOptions {
  readonly engine: Engine
  readonly renderContext: RenderContext
  readonly flight: Flight
  /**
   * Runs a task in the enclosing render, of a page or a fragment. The output of that render brings the hints to the
   * browser.
   */
  readonly runInEnclosingRender: <T>(task: () => T) => T
  onPrerenderGap(): void
}

/** Starts the render of a fragment's children, guarded from the request. */
export function startNextRender(
  { engine, renderContext, flight, runInEnclosingRender, onPrerenderGap }: NextRenderOptions,
  props: FragmentProps,
  children: ReactNode,
  scope: DependencyScope,
): FragmentRender<OutputWithHints> {
  const { work, unit, manifests } = renderContext
  const requestScope = getRequestScope(work)
  // A nested fragment cannot read the request. The fragment around it has set the nonce before.
  if (isRequestUnit(unit)) requestScope.nonce ??= getRequestNonce(unit) ?? false
  const errors = createErrorList()
  const fillContext = createFillContext({ ...renderContext, store: engine.store }, scope, {
    vary: props.vary,
    onPrerenderGap(reason) {
      onPrerenderGap()
      render.abort(reason)
    },
  })
  errors.watch(fillContext.onError)
  const hints = collectHints(scope, (hint) => runInEnclosingRender(() => loadAhead([hint])))
  scopeReactCache()
  const render = fillContext.run(() =>
    renderTree(children, { getIdPrefix: () => getIdToken(scope), onError: errors.add }),
  )
  const { live } = render
  let tree: CompactTree | undefined
  const content: RenderedContent = {
    live,
    getCompactTree: () => tree,
    mayHaveIds: () => render.hasIds,
    watchErrors: errors.watch,
  }

  function compact(): Promise<StorableOutput> {
    // Before anything is awaited: a fragment around this one refers to the tree.
    const prepared = prepareCompactTree(toClientTree(live, { embedsTrees: true }))
    tree = prepared.tree
    return completeTree(prepared).then(
      () => encodeTree(prepared.tree),
      (error: unknown) => {
        tree = undefined
        throw error
      },
    )
  }

  function encodeTree(complete: CompactTree): StorableOutput | Promise<StorableOutput> {
    const part = getFlightPart(complete)
    const header = toCompactHeader(complete)
    if (part === undefined) return toStorable(complete, NO_BYTES, header, complete.text)
    return encodeFlight(part).then((bytes) => toStorable(complete, bytes, header, complete.text))
  }

  async function encode(): Promise<StorableOutput> {
    const renderToString = await loadHtmlRenderer()
    const root = toClientTree(live, { embedsTrees: false })
    checkRenders(root, renderOutside(renderToString))
    return toStorable(root, await encodeFlight(root))
  }

  async function encodeFlight(value: unknown): Promise<Uint8Array> {
    let failure: { readonly error: unknown } | undefined
    const bytes = await readByteStream(
      flight.encode(value, manifests, (error) => {
        failure ??= { error }
        return undefined
      }),
    )
    if (failure) throw failure.error
    return bytes
  }

  function toStorable(
    output: Output,
    flightBytes: Uint8Array,
    compactHeader?: ReturnType<typeof toCompactHeader>,
    text = '',
  ): StorableOutput {
    const payload = encodePayload({
      header: {
        flightBytes: flightBytes.byteLength,
        hasReadOnceValues: hasReadOnceValues(flightBytes) || undefined,
        hints: hints.length > 0 ? hints : undefined,
        compact: compactHeader,
      },
      flight: flightBytes,
      text,
    })
    if (requestScope.nonce && hasNonce(payload, requestScope.nonce))
      scope.markUncacheable('dynamic', createContentCacheError('CC_REQUEST_NONCE', [props.name]))
    if (compactHeader) {
      const { dynamicParts = [], slotHtmlBytes = 0 } = compactHeader
      recordMakeup(payload, { html: Buffer.byteLength(text) + slotHtmlBytes, dynamicParts })
    }
    // With the tree at hand, the readers of this fill need not decode the bytes.
    const decoded = createDecodedTree({ output, hints: toHints() }, undefined, getRoutePattern(work))
    return { payload, decoded }
  }

  function toHints() {
    return hints.length > 0 ? [...hints] : undefined
  }

  function renderOutside(renderHtml: RenderHtml): RenderHtml {
    return (node) => runOutsideRequest(work, renderHtml, node)
  }

  async function renderHtml(): Promise<string> {
    const renderMarkup = await loadMarkupRenderer()
    return renderExportHtml(
      props.name,
      toClientTree(live, { embedsTrees: false }),
      renderOutside(renderMarkup),
    )
  }

  return {
    read: () => ({ output: live, hints: toHints(), content }),
    get complete() {
      return render.complete
    },
    compact: props.compact === false ? undefined : () => fillContext.run(compact),
    encode: () => fillContext.run(encode),
    renderHtml: props.exportAs === undefined ? undefined : () => fillContext.run(renderHtml),
    // A nested fragment is mostly a part of a hit, and seldom a hit of its own.
    onCommitted: scope.parent ? undefined : (output) => cacheIfDataOnly(engine, output),
  }
}

const NO_BYTES = new Uint8Array()

/** Keeps errors for listeners who come later. */
function createErrorList() {
  const errors: unknown[] = []
  const listeners: ((error: unknown) => void)[] = []
  return {
    add(error: unknown): void {
      errors.push(error)
      for (const listener of listeners) listener(error)
    },
    watch(listener: (error: unknown) => void): void {
      listeners.push(listener)
      errors.forEach(listener)
    },
  }
}

function cacheIfDataOnly({ store }: Engine, { payload, decoded }: StorableOutput): void {
  // In development, elements also hold the stack of the render that made them.
  if (process.env.NODE_ENV !== 'production' || decoded === undefined) return
  const tree = decoded as DecodedTree
  if (tree.isDataOnly) cacheDecodedTree(store, payload, tree)
}
