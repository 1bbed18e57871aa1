import type { ReactNode } from 'react'
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
import { type DecodedTree, getOrDecode, type Output, type OutputWithHints } from './decodedTree.ts'
import { getFragmentRoute } from './getFragmentRoute.ts'
import { createHintCollector } from './hintCollector.ts'
import { type Flight, loadFlight } from './internals/flight.ts'
import { getHints } from './internals/flightHints.ts'
import { getRoutePattern } from './internals/nextWork.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { createRouteModules, hasModules, type UsedModules } from './internals/routeModules.ts'
import { type NextRender, startNextRender } from './nextRender.ts'
import { rehashOutput } from './placeIds.ts'

interface ServeInNextOptions {
  readonly engine: Engine
  readonly context: RenderContext
  readonly ids: PlacedIds
  readonly rebuild: RebuildContext | undefined
  onPrerenderGap(): void
}

/** Serves a fragment with Next's own Flight. */
export async function serveInNext(
  options: ServeInNextOptions,
  fragmentRequest: FragmentRequest,
  props: FragmentProps,
  children: ReactNode,
): Promise<ServeResult<OutputWithHints>> {
  const { engine, context, rebuild } = options
  const runInOuterRender = snapshotContext()
  const loading = loadFlight()
  const flight = loading instanceof Promise ? await loading : loading
  const renderer = createNextRenderer(options, { flight, runInOuterRender }, props, children)
  const route = getFragmentRoute(context, props.vary)
  return serveFragment(
    engine,
    { ...fragmentRequest, route },
    createRequestContext(context, rebuild),
    renderer,
  )
}

interface OuterRender {
  readonly flight: Flight
  readonly runInOuterRender: <T>(task: () => T) => T
}

function createNextRenderer(
  { engine, context, ids, onPrerenderGap }: ServeInNextOptions,
  { flight, runInOuterRender }: OuterRender,
  props: FragmentProps,
  children: ReactNode,
): FragmentRenderer<OutputWithHints> {
  const { work, manifests } = context
  const routeModules = createRouteModules(manifests, work)
  /** The render of the fill, if this request has started one. */
  let render: NextRender | undefined

  function decodeShared(body: Uint8Array, decoded: unknown): Promise<OutputWithHints> {
    const decodeRequest = {
      route: getRoutePattern(work),
      hasModules: (used: UsedModules) => hasModules(manifests, used),
      async decode() {
        const modules = createRouteModules(manifests, work)
        const output = (await flight.decodeFully(body, modules.manifests)) as Output
        return { output, modules: modules.used }
      },
    }
    return getOrDecode(engine.store, body, decodeRequest, decoded as DecodedTree | undefined)
  }

  async function decodeCopy(body: Uint8Array, copy: Uint8Array): Promise<OutputWithHints> {
    const output = rehashOutput((await flight.decodeFully(copy, manifests)) as Output)
    return { output, hints: getHints(body)?.calls }
  }

  async function decodeStream(stream: ReadableStream<Uint8Array>): Promise<OutputWithHints> {
    const collector = createHintCollector(ids.renameStream(stream))
    const output = (await flight.decode(collector.stream, routeModules.manifests)) as Output
    // Output with renamed ids must not become an entry.
    if (!ids.isRenamed) render?.shareOutput(output)
    return { output, hints: collector.takeHints() }
  }

  return {
    onKey: ids.countCopy,
    isCompacted: props.compact !== false,
    render(scope) {
      const options = { engine, context, flight, routeModules, runInOuterRender, onPrerenderGap }
      render = startNextRender(options, props, children, scope)
      return render
    },
    async decode(body, decoded) {
      if (!(body instanceof Uint8Array)) return decodeStream(body)
      const copy = ids.renamePayload(body)
      const result = await (copy === body ? decodeShared(body, decoded) : decodeCopy(body, copy))
      if (result.hints) loadAhead(result.hints)
      return result
    },
  }
}
