import type { ReactNode } from 'react'
import type { Engine } from '../core/engine.ts'
import type { FragmentRenderer } from '../core/fragmentRenderer.ts'
import type { FragmentRequest } from '../core/fragmentRequest.ts'
import { snapshotContext } from '../core/runDetached.ts'
import type { RebuildContext } from '../core/serve/requeueIfNotStored.ts'
import type { ServeResult } from '../core/serve/serveContext.ts'
import { serveFragment } from '../core/serve/serveFragment.ts'
import { isCompactTree } from '../react/compaction/compactTree.ts'
import type { FragmentProps } from '../react/fragmentHost.ts'
import type { PlacedIds } from '../react/ids/placedIds.ts'
import { rehashCompactTree } from '../react/ids/renameIdTokensInTree.ts'
import { loadAhead } from './client/loadAhead.ts'
import { createRequestContext } from './createRequestContext.ts'
import type { DecodedTree, Output, OutputWithHints } from './decodedTree.ts'
import { getOrDecode } from './decodedTreeCache.ts'
import { getFragmentRoute } from './getFragmentRoute.ts'
import { createHintCollector } from './hintCollector.ts'
import { type Flight, loadFlight } from './internals/flight.ts'
import { getHints } from './internals/flightHints.ts'
import { getRoutePattern } from './internals/nextWork.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { createRouteModules, hasModules, type UsedModules } from './internals/routeModules.ts'
import { type NextRender, startNextRender } from './nextRender.ts'

interface ServeInNextOptions {
  readonly engine: Engine
  readonly renderContext: RenderContext
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
  const { engine, renderContext, rebuild } = options
  const runInEnclosingRender = snapshotContext()
  const loading = loadFlight()
  const flight = loading instanceof Promise ? await loading : loading
  const renderer = createNextRenderer(options, { flight, runInEnclosingRender }, props, children)
  const route = getFragmentRoute(renderContext, props.vary)
  return serveFragment(
    engine,
    { ...fragmentRequest, route },
    createRequestContext(renderContext, rebuild),
    renderer,
  )
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
  const routeModules = createRouteModules(manifests, work)
  /** The render of the fill, if this request has started one. */
  let render: NextRender | undefined

  function decodeShared(body: Uint8Array, decoded: unknown): Promise<OutputWithHints> {
    const reader = {
      route: getRoutePattern(work),
      hasModules: (used: UsedModules) => hasModules(manifests, used),
      async decode() {
        const modules = createRouteModules(manifests, work)
        const output = (await flight.decodeFully(body, modules.manifests)) as Output
        return { output, modules: modules.used }
      },
    }
    return getOrDecode(engine.store, body, reader, decoded as DecodedTree | undefined)
  }

  async function decodeCopy(body: Uint8Array, copy: Uint8Array): Promise<OutputWithHints> {
    const output = rehashOutput((await flight.decodeFully(copy, manifests)) as Output)
    return { output, hints: getHints(body)?.calls }
  }

  async function decodeStream(stream: ReadableStream<Uint8Array>): Promise<OutputWithHints> {
    const collector = createHintCollector(ids.renameStream(stream))
    const output = (await flight.decode(collector.stream, routeModules.manifests)) as Output
    // Output with renamed ids must not become an entry.
    if (!ids.hasOtherIdsThanEntry) render?.shareOutput(output)
    return { output, hints: collector.takeHints() }
  }

  return {
    onKey: ids.countCopy,
    isCompacted: props.compact !== false,
    render(scope) {
      const options = { engine, renderContext, flight, routeModules, runInEnclosingRender, onPrerenderGap }
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

/** Corrects the hashes of a decoded copy after its ids were renamed. */
function rehashOutput(output: Output): Output {
  return isCompactTree(output) ? rehashCompactTree(output) : output
}
