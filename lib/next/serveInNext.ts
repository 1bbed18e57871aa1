import type { ReactNode } from 'react'
import { type Awaitable, whenReady } from '../core/awaitable.ts'
import { type DependencyScope, getCurrentScope } from '../core/dependencyScope.ts'
import type { Engine } from '../core/engine.ts'
import type { FragmentRender, FragmentRenderer } from '../core/fragmentRenderer.ts'
import type { FragmentRequest } from '../core/fragmentRequest.ts'
import { snapshotContext } from '../core/runDetached.ts'
import type { RebuildContext } from '../core/serve/requeueIfNotStored.ts'
import type { ServeResult } from '../core/serve/serveContext.ts'
import { serveFragment } from '../core/serve/serveFragment.ts'
import type { CompactOptions } from '../react/compactOptions.ts'
import type { FragmentProps } from '../react/fragmentHost.ts'
import type { PlacedIds } from '../react/ids/placedIds.ts'
import type { DecodedTree, OutputWithHints } from './decodedTree.ts'
import { getOrDecode, peekDecodedTree } from './decodedTreeCache.ts'
import { decodeOutput } from './decodeOutput.ts'
import { emitHints } from './emitHints.ts'
import { getFillContext } from './fillContext.ts'
import { getFragmentRoute } from './getFragmentRoute.ts'
import { getRequestContext } from './getRequestContext.ts'
import { type Flight, loadFlight } from './internals/flight.ts'
import { getRoutePattern } from './internals/nextWork.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { createRouteModules, hasModules, type UsedModules } from './internals/routeModules.ts'
import { type NextRenderOptions, startNextRender } from './startNextRender.ts'

interface ServeInNextOptions {
  readonly engine: Engine
  readonly renderContext: RenderContext
  readonly ids: PlacedIds
  readonly rebuild: RebuildContext | undefined
  /** The options of fragments that have none. */
  readonly siteCompact: CompactOptions | undefined
  onPrerenderGap(): void
}

const inDevelopment = process.env.NODE_ENV === 'development'

/** Serves a fragment in Next. */
export function serveInNext(
  options: ServeInNextOptions,
  fragmentRequest: FragmentRequest,
  props: FragmentProps,
  children: ReactNode,
): Awaitable<ServeResult<OutputWithHints>> {
  const { engine, renderContext, rebuild } = options
  const parentScope = getCurrentScope()
  const runInRequest = (parentScope && getFillContext(parentScope)) ?? snapshotContext()
  // In development, React would note the component around this one as the owner of all elements that are made now.
  const loading = inDevelopment ? Promise.resolve(loadFlight()) : loadFlight()
  return whenReady(loading, (flight) => {
    const renderer = new NextRenderer(options, flight, runInRequest, props, children)
    fragmentRequest.route = getFragmentRoute(renderContext, props.vary)
    return serveFragment(engine, fragmentRequest, getRequestContext(renderContext, rebuild), renderer)
  })
}

/** A class, because a page may have hundreds of fragments, and functions of their own would take most of their memory. */
class NextRenderer implements FragmentRenderer<OutputWithHints>, NextRenderOptions {
  readonly prefersStored: boolean
  readonly #isNested: boolean

  constructor(
    private readonly options: ServeInNextOptions,
    readonly flight: Flight,
    /** Runs a task in the render around the fragment, of a page or of another fragment. */
    readonly runInRequest: <T>(task: () => T) => T,
    private readonly props: FragmentProps,
    private children: ReactNode,
  ) {
    this.#isNested = getCurrentScope() !== undefined
    // A fragment around this one takes the stored form when both are complete.
    this.prefersStored = props.compact !== false && !this.#isNested
  }

  get engine(): Engine {
    return this.options.engine
  }

  get renderContext(): RenderContext {
    return this.options.renderContext
  }

  get siteCompact(): CompactOptions | undefined {
    return this.options.siteCompact
  }

  onPrerenderGap(): void {
    this.options.onPrerenderGap()
  }

  onKey(key: string): void {
    this.options.ids.countCopy(key)
  }

  render(scope: DependencyScope): FragmentRender<OutputWithHints> {
    const { children } = this
    // The renderer lives longer than the children need to.
    this.children = undefined
    return startNextRender(this, this.props, children, scope)
  }

  /** The fragment around a nested one renames its ids. */
  decode(payload: Uint8Array, decoded: unknown): Awaitable<OutputWithHints> {
    const { flight, renderContext } = this
    const copy = this.#isNested ? payload : this.options.ids.renamePayload(payload)
    const decoding =
      copy === payload
        ? this.#decodeShared(payload, decoded as DecodedTree | undefined)
        : decodeOutput(copy, flight, renderContext.manifests, true)
    return whenReady(decoding, (result) => {
      if (result.hints) emitHints(result.hints)
      return this.#isNested ? { ...result, payload } : result
    })
  }

  #decodeShared(payload: Uint8Array, decoded: DecodedTree | undefined): Awaitable<OutputWithHints> {
    const { engine, flight, renderContext } = this
    const { work, manifests } = renderContext
    const route = getRoutePattern(work)
    const known = decoded ? undefined : peekDecodedTree(engine.store, payload, route)
    if (known) return known.value
    const reader = {
      route,
      hasModules: (used: UsedModules) => hasModules(manifests, used),
      async decode() {
        const modules = createRouteModules(manifests, work)
        const decodedOutput = await decodeOutput(payload, flight, modules.manifests)
        return { ...decodedOutput, modules: modules.used }
      },
    }
    return getOrDecode(engine.store, payload, reader, decoded)
  }
}
