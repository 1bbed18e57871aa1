import type { ReactNode } from 'react'
import { type Awaitable, whenReady } from '../core/awaitable.ts'
import { getCurrentScope } from '../core/dependencyScope.ts'
import type { Engine } from '../core/engine.ts'
import type { FragmentRenderer } from '../core/fragmentRenderer.ts'
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
import { getOrDecode } from './decodedTreeCache.ts'
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
  const runInEnclosingRender = (parentScope && getFillContext(parentScope)) ?? snapshotContext()
  const serve = (flight: Flight) => {
    const renderer = createNextRenderer(options, { flight, runInEnclosingRender }, props, children)
    const route = getFragmentRoute(renderContext, props.vary)
    const context = createRequestContext(renderContext, rebuild)
    return serveFragment(engine, { ...fragmentRequest, route }, context, renderer)
  }
  const flight = loadFlight()
  return whenReady(flight, serve)
}

interface EnclosingRender {
  readonly flight: Flight
  readonly runInEnclosingRender: <T>(task: () => T) => T
}

function createNextRenderer(
  { engine, renderContext, ids, onPrerenderGap }: ServeInNextOptions,
  { flight, runInEnclosingRender }: EnclosingRender,
  props: FragmentProps,
  children: ReactNode,
): FragmentRenderer<OutputWithHints> {
  const { work, manifests } = renderContext
  const isNested = getCurrentScope() !== undefined

  function decodeShared(payload: Uint8Array, decoded: unknown): Awaitable<OutputWithHints> {
    const reader = {
      route: getRoutePattern(work),
      hasModules: (used: UsedModules) => hasModules(manifests, used),
      async decode() {
        const modules = createRouteModules(manifests, work)
        const decodedOutput = await decodeOutput(payload, flight, modules.manifests)
        return { ...decodedOutput, modules: modules.used }
      },
    }
    return getOrDecode(engine.store, payload, reader, decoded as DecodedTree | undefined)
  }

  /** The fragment around a nested one renames its ids. */
  function decode(payload: Uint8Array, decoded: unknown): Awaitable<OutputWithHints> {
    const copy = isNested ? payload : ids.renamePayload(payload)
    const decoding =
      copy === payload ? decodeShared(payload, decoded) : decodeOutput(copy, flight, manifests, true)
    return whenReady(decoding, (result) => {
      if (result.hints) loadAhead(result.hints)
      return isNested ? { ...result, payload } : result
    })
  }

  return {
    onKey: ids.countCopy,
    // A fragment around this one takes the stored form when both are complete.
    prefersStored: props.compact !== false && !isNested,
    render: (scope) =>
      startNextRender(
        { engine, renderContext, flight, runInEnclosingRender, onPrerenderGap },
        props,
        children,
        scope,
      ),
    decode,
    runInRequest: runInEnclosingRender,
  }
}
