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
import type { FragmentProps } from '../react/fragmentHost.ts'
import type { PlacedIds } from '../react/ids/placedIds.ts'
import { loadAhead } from './client/loadAhead.ts'
import { createRequestContext } from './createRequestContext.ts'
import type { DecodedTree, OutputWithHints } from './decodedTree.ts'
import { getOrDecode, peekDecodedTree } from './decodedTreeCache.ts'
import { decodeOutput } from './decodeOutput.ts'
import { getFillContext } from './fillContext.ts'
import { getFragmentRoute } from './getFragmentRoute.ts'
import { type Flight, loadFlight } from './internals/flight.ts'
import { getRoutePattern } from './internals/nextWork.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { createRouteModules, hasModules, type UsedModules } from './internals/routeModules.ts'
import { startNextRender } from './startNextRender.ts'

interface ServeInNextOptions {
  readonly engine: Engine
  readonly renderContext: RenderContext
  readonly ids: PlacedIds
  readonly rebuild: RebuildContext | undefined
  onPrerenderGap(): void
}

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
  return whenReady(loadFlight(), (flight) => {
    const renderer = new NextRenderer({ ...options, flight, runInRequest }, props, children)
    const route = getFragmentRoute(renderContext, props.vary)
    const context = createRequestContext(renderContext, rebuild)
    return serveFragment(engine, { ...fragmentRequest, route }, context, renderer)
  })
}

interface NextRendererOptions extends ServeInNextOptions {
  readonly flight: Flight
  /** Runs a task in the render around the fragment, of a page or of another fragment. */
  readonly runInRequest: <T>(task: () => T) => T
}

/** A class, because a page may have hundreds of fragments, and functions of their own would take most of their memory. */
class NextRenderer implements FragmentRenderer<OutputWithHints> {
  readonly runInRequest: <T>(task: () => T) => T
  readonly prefersStored: boolean
  readonly #options: NextRendererOptions
  readonly #props: FragmentProps
  readonly #children: ReactNode
  readonly #isNested: boolean

  constructor(options: NextRendererOptions, props: FragmentProps, children: ReactNode) {
    this.#options = options
    this.#props = props
    this.#children = children
    this.#isNested = getCurrentScope() !== undefined
    this.runInRequest = options.runInRequest
    // A fragment around this one takes the stored form when both are complete.
    this.prefersStored = props.compact !== false && !this.#isNested
  }

  onKey(key: string): void {
    this.#options.ids.countCopy(key)
  }

  render(scope: DependencyScope): FragmentRender<OutputWithHints> {
    return startNextRender(this.#options, this.#props, this.#children, scope)
  }

  /** The fragment around a nested one renames its ids. */
  decode(payload: Uint8Array, decoded: unknown): Awaitable<OutputWithHints> {
    const { ids, flight, renderContext } = this.#options
    const copy = this.#isNested ? payload : ids.renamePayload(payload)
    const decoding =
      copy === payload
        ? this.#decodeShared(payload, decoded as DecodedTree | undefined)
        : decodeOutput(copy, flight, renderContext.manifests, true)
    return whenReady(decoding, (result) => {
      if (result.hints) loadAhead(result.hints)
      return this.#isNested ? { ...result, payload } : result
    })
  }

  #decodeShared(payload: Uint8Array, decoded: DecodedTree | undefined): Awaitable<OutputWithHints> {
    const { engine, flight, renderContext } = this.#options
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
