import type { ReactNode } from 'react'
import type { DependencyScope } from '../core/dependencyScope.ts'
import type { Engine } from '../core/engine.ts'
import { createContentCacheError } from '../core/errors.ts'
import type { FragmentRender, StorableOutput } from '../core/fragmentRenderer.ts'
import { recordMakeup } from '../core/makeup.ts'
import { Settable } from '../core/settable.ts'
import { checkRenders } from '../react/compaction/checkRenders.ts'
import type { CompactTree } from '../react/compaction/compactTree.ts'
import { prepareCompactTree } from '../react/compaction/prepareCompactTree.ts'
import type { RenderHtml } from '../react/compaction/renderHtml.ts'
import { toBareElements } from '../react/compaction/toBareElements.ts'
import { type CompactOptions, resolveCompactOptions } from '../react/compactOptions.ts'
import type { FragmentProps } from '../react/fragmentHost.ts'
import { getIdToken } from '../react/ids/placedIds.ts'
import { scopeReactCache } from '../react/reactServerInternals.ts'
import { renderTree, type TreeRender } from '../react/render/renderTree.ts'
import { toClientTree } from '../react/render/toClientTree.ts'
import { renderExportHtml } from '../react/renderExportHtml.ts'
import { completeTree } from './completeTree.ts'
import { createDecodedTree, type Output, type OutputWithHints } from './decodedTree.ts'
import { cacheFilledTree } from './decodedTreeCache.ts'
import { emitHints } from './emitHints.ts'
import { createFillContext, type RunInFill } from './fillContext.ts'
import { encodePayload, getFlightPart, toCompactHeader } from './fragmentPayload.ts'
import { getMarkupConverter } from './getMarkupConverter.ts'
import { hasNonce } from './hasNonce.ts'
import type { Flight } from './internals/flight.ts'
import { getRequestNonce } from './internals/getRequestHeader.ts'
import { hasReadOnceValues } from './internals/hasReadOnceValues.ts'
import { type HintCall, HintCollector } from './internals/hintCollector.ts'
import { loadHtmlRenderer, loadMarkupRenderer } from './internals/loadHtmlRenderer.ts'
import { getRoutePattern, runOutsideRequest } from './internals/nextWork.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { isRequestUnit, type RenderUnit } from './internals/renderUnit.ts'
import type { UsedModules } from './internals/routeModules.ts'
import { prerenderOption } from './prerender/prerenderOption.ts'
import { createRenderErrorHandler } from './renderErrorHandler.ts'
import type { RenderedContent } from './renderedContent.ts'
import type { RequestNonces } from './requestNonces.ts'
import { getRequestScope, type RequestScope } from './requestScope.ts'
import { hasHitsWithIds } from './toNestedElement.ts'

export interface NextRenderOptions {
  readonly engine: Engine
  readonly renderContext: RenderContext
  readonly flight: Flight
  /** The options of fragments that have none. */
  readonly siteCompact: CompactOptions | undefined
  /** Runs a task in the render around the fragment. The output of that render brings the hints to the browser. */
  readonly runInRequest: <T>(task: () => T) => T
  onPrerenderGap(): void
}

/** Starts the render of a fragment's children, guarded from the request. */
export function startNextRender(
  options: NextRenderOptions,
  props: FragmentProps,
  children: ReactNode,
  scope: DependencyScope,
): NextRender {
  return new NextRender(options, props, children, scope)
}

/** A class, because a page may have hundreds of fragments, and functions of their own would take most of their memory. */
class NextRender implements FragmentRender<OutputWithHints>, RenderedContent {
  readonly #engine: Engine
  readonly #renderContext: RenderContext
  readonly #flight: Flight
  readonly #siteCompact: CompactOptions | undefined
  readonly #props: FragmentProps
  readonly #scope: DependencyScope
  readonly #requestScope: RequestScope
  readonly #runInFill: RunInFill
  readonly #hints: HintCollector
  /** Absent when the tree is complete: the elements take more memory than their HTML, and the page may live for long. */
  #render: TreeRender | undefined
  #tree: CompactTree | undefined
  readonly #complete: PromiseLike<void>
  #errors: unknown[] | undefined
  readonly #errorListeners: ((error: unknown) => void)[]

  constructor(options: NextRenderOptions, props: FragmentProps, children: ReactNode, scope: DependencyScope) {
    const { engine, renderContext, flight } = options
    const { work, unit } = renderContext
    this.#engine = engine
    this.#renderContext = renderContext
    this.#flight = flight
    this.#siteCompact = options.siteCompact
    this.#props = props
    this.#scope = scope
    this.#requestScope = getRequestScope(work)
    // A nested fragment cannot read the request. The fragment around it has set the nonce before.
    if (isRequestUnit(unit)) readNonce(this.#requestScope, unit)
    /** Set when a component waits for such data before the render is there. */
    let gap: { readonly reason: unknown } | undefined
    this.#runInFill = createFillContext({ work, unit, store: engine.store }, scope, {
      vary: props.vary,
      onPrerenderGap: (reason) => {
        options.onPrerenderGap()
        gap = { reason }
        this.#render?.abort(reason)
      },
    })
    prerenderOption.set(scope, props, options.siteCompact)
    this.#errorListeners = [createRenderErrorHandler(work, scope)]
    this.#hints = collectHints(scope, options, props.compact === false)
    scopeReactCache()
    this.#render = this.#runInFill(() =>
      renderTree(children, { getIdPrefix: () => getIdToken(scope), onError: this.#onError }),
    )
    this.#complete = this.#render.complete
    if (gap) this.#render.abort((gap as { readonly reason: unknown }).reason)
  }

  get live(): ReactNode {
    return this.#render ? this.#render.live : toBareElements(this.#tree as CompactTree)
  }

  get complete(): PromiseLike<void> {
    return this.#complete
  }

  read(): OutputWithHints {
    return { output: this.live, hints: this.#hints.list(), content: this }
  }

  get parentScope(): DependencyScope | undefined {
    return this.#scope.parent
  }

  get nonces(): RequestNonces {
    return this.#requestScope.nonces
  }

  getCompactTree(): CompactTree | undefined {
    return this.#tree
  }

  mayHaveIds(): boolean {
    return this.#render?.hasIds === true || hasHitsWithIds(this.#scope)
  }

  /** Keeps errors for listeners who come later. */
  watchErrors(listener: (error: unknown) => void): void {
    this.#errorListeners.push(listener)
    this.#errors?.forEach(listener)
  }

  watchHints(listener: (hint: HintCall) => void): void {
    this.#hints.watch(listener)
  }

  readonly #onError = (error: unknown): void => {
    this.#errors ??= []
    this.#errors.push(error)
    for (const listener of this.#errorListeners) listener(error)
  }

  get compact(): (() => PromiseLike<StorableOutput>) | undefined {
    return this.#props.compact === false ? undefined : this.#compact
  }

  #compact(): PromiseLike<StorableOutput> {
    const compaction = resolveCompactOptions(this.#props.compact, this.#siteCompact)
    const options = { convert: getMarkupConverter(compaction), keepsRawHtml: !compaction.html }
    // Before anything is awaited: a fragment around this one refers to the tree.
    const prepared = this.#runInFill(() =>
      prepareCompactTree(toClientTree(this.live, { embedsTrees: true }), options),
    )
    this.#tree = prepared.tree
    this.#hints.addImages(prepared.preloads)
    const output = new Settable<StorableOutput>()
    completeTree(prepared).whenSettled(
      () => {
        this.#releaseElements()
        this.#encodeTree(prepared.tree, output)
      },
      (error) => {
        this.#tree = undefined
        output.reject(error)
      },
    )
    return output
  }

  #releaseElements(): void {
    // Another program reads the elements, and ids are renamed in them.
    if (this.#props.exportAs !== undefined || this.mayHaveIds()) return
    this.#render = undefined
  }

  #encodeTree(tree: CompactTree, output: Settable<StorableOutput>): void {
    const onError = (error: unknown) => output.reject(error)
    const onEncoded = (bytes: Uint8Array) => {
      try {
        output.resolve(this.#toStorable(tree, bytes, toCompactHeader(tree), tree.text))
      } catch (error) {
        onError(error)
      }
    }
    try {
      const part = getFlightPart(tree)
      if (part === undefined) onEncoded(NO_BYTES)
      else this.#encodeFlight(part).whenSettled(onEncoded, onError)
    } catch (error) {
      onError(error)
    }
  }

  encode(): Promise<StorableOutput> {
    return this.#runInFill(async () => {
      const renderToString = await loadHtmlRenderer()
      const root = toClientTree(this.live, { embedsTrees: false })
      checkRenders(root, this.#renderOutside(renderToString))
      return this.#toStorable(root, await this.#encodeFlight(root).promise)
    })
  }

  #encodeFlight(value: unknown): Settable<Uint8Array> {
    return this.#runInFill(() => this.#flight.encode(value, this.#renderContext.manifests))
  }

  #toStorable(
    output: Output,
    flightBytes: Uint8Array,
    compactHeader?: ReturnType<typeof toCompactHeader>,
    text = '',
  ): StorableOutput {
    const hints = this.#hints.list()
    const textBytes = Buffer.byteLength(text)
    const fragment = {
      header: {
        flightBytes: flightBytes.byteLength,
        hasReadOnceValues: hasReadOnceValues(flightBytes) || undefined,
        hints,
        compact: compactHeader,
      },
      flight: flightBytes,
      text,
    }
    const payload = encodePayload(fragment, textBytes)
    if (this.nonces.some((nonce) => hasNonce(payload, nonce)))
      this.#scope.markUncacheable('dynamic', createContentCacheError('CC_REQUEST_NONCE', [this.#props.name]))
    if (compactHeader) {
      const { dynamicParts = [], slotHtmlBytes = 0 } = compactHeader
      recordMakeup(payload, { html: textBytes + slotHtmlBytes, dynamicParts })
    }
    // A nested fragment is mostly a part of a hit, and seldom a hit of its own.
    if (this.#scope.parent) return { payload }
    // With the tree at hand, the readers of this fill need not decode the bytes.
    const route = getRoutePattern(this.#renderContext.work)
    const modules = flightBytes.byteLength === 0 ? NO_MODULES : undefined
    return { payload, decoded: createDecodedTree({ output, hints }, modules, route) }
  }

  #renderOutside(renderHtml: RenderHtml): RenderHtml {
    return (node) => runOutsideRequest(this.#renderContext.work, renderHtml, node)
  }

  get renderHtml(): (() => Promise<string>) | undefined {
    return this.#props.exportAs === undefined ? undefined : () => this.#renderExport()
  }

  #renderExport(): Promise<string> {
    return this.#runInFill(async () => {
      const renderMarkup = await loadMarkupRenderer()
      return renderExportHtml(
        this.#props.name,
        toClientTree(this.live, { embedsTrees: false }),
        this.#renderOutside(renderMarkup),
        // Links and images have no behaviour in another program, as in a browser without scripts.
        getMarkupConverter(resolveCompactOptions(true), 'export'),
      )
    })
  }

  onCommitted(output: StorableOutput): void {
    cacheFilledTree(this.#engine.store, output)
  }
}

/** A function of its own, because its closure would keep the children of the fragment. */
function collectHints(scope: DependencyScope, { runInRequest }: NextRenderOptions, showsElements: boolean) {
  const hints = new HintCollector(scope, showsElements)
  // A fragment around this one takes them from its place.
  if (scope.parent === undefined) hints.watch((hint) => runInRequest(() => emitHints([hint])))
  return hints
}

const NO_MODULES: UsedModules = new Map()

function readNonce(scope: RequestScope, unit: RenderUnit): void {
  if (scope.hasReadNonce) return
  scope.hasReadNonce = true
  const nonce = getRequestNonce(unit)
  if (nonce) scope.nonces.add(nonce)
}

const NO_BYTES = new Uint8Array()
