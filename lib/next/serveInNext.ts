import type { ReactNode } from 'react'
import { type DependencyScope, runInScope } from '../core/dependencyScope.ts'
import type { Engine } from '../core/engine.ts'
import { createContentCacheError } from '../core/errors.ts'
import type { Entry } from '../core/fragmentStore.ts'
import type { RebuildContext } from '../core/serve/requeueIfNotStored.ts'
import { serveFragment } from '../core/serve/serveFragment.ts'
import type { ServeResult } from '../core/serve/serveRequest.ts'
import { snapshotContext } from '../core/snapshotContext.ts'
import { checkRenders } from '../react/compaction/checkRenders.ts'
import { resolveLazyTree } from '../react/compaction/resolveLazyTree.ts'
import type { FragmentProps } from '../react/fragmentHost.ts'
import { createFillRenamer, getIdToken, type PlacedIds } from '../react/ids/placedIds.ts'
import { createIdTokenEditor } from '../react/ids/renameIdTokens.ts'
import { renderExportHtml } from '../react/renderExportHtml.ts'
import { createBuildVersion, createUserVersion } from './buildVersion.ts'
import { loadAhead } from './client/loadAhead.ts'
import { compactOutput } from './compactOutput.ts'
import {
  cacheDecodedTree,
  createDecodedTree,
  type DecodedTree,
  getOrDecode,
  type Output,
  type OutputWithHints,
} from './decodedTree.ts'
import { getFragmentRoute } from './getFragmentRoute.ts'
import { hasNonce } from './hasNonce.ts'
import { createHintCollector, watchFirstHints } from './hintCollector.ts'
import { checkTags } from './internals/checkTags.ts'
import { loadFlight } from './internals/flight.ts'
import { getHints } from './internals/flightHints.ts'
import { getRequestNonce } from './internals/getRequestHeader.ts'
import { hasReadOnceValues } from './internals/hasReadOnceValues.ts'
import { loadHtmlRenderer, loadMarkupRenderer } from './internals/loadHtmlRenderer.ts'
import { getRoutePattern, runOutsideRequest } from './internals/nextRequest.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { hasSeveralPasses, isFallbackShell, isRequestUnit } from './internals/renderUnit.ts'
import { createRouteModules, hasModules, type UsedModules } from './internals/routeModules.ts'
import { rehashOutput } from './placeIds.ts'
import { renderGuarded } from './renderGuarded.ts'
import { getRequestScope, now } from './requestScope.ts'
import { fromDataTag } from './toDataTag.ts'
import { getNextTags } from './toNextTag.ts'

/** What is asked of a fragment, whichever way it is served. */
export function createBaseRequest(
  { request }: RenderContext,
  { name, vary, version, ttl, swr, exportAs }: FragmentProps,
) {
  return {
    name,
    vary,
    version: version === undefined ? createBuildVersion(request) : namespaceVersion(version),
    ttl,
    swr,
    exportAs,
    checkHostFreshness({ dependencies }: Entry, age: number, refreshed: boolean) {
      const tags = getNextTags(dependencies)
      // A refresh expires the data, so that the next fill reads it again. Until then the fragment is shown as it is. An
      // expiry of the same object would have removed the fragment.
      const judged = refreshed ? tags.filter((tag) => fromDataTag(tag) === undefined) : tags
      return checkTags(request, judged, now() - age)
    },
  }
}

interface ServeContext {
  readonly engine: Engine
  readonly context: RenderContext
  readonly ids: PlacedIds
  readonly rebuild: RebuildContext | undefined
  onPrerenderGap(): void
}

/** Serves a fragment with Next's own Flight, guarded from the request. */
export async function serveInNext(
  { engine, context, ids, rebuild, onPrerenderGap }: ServeContext,
  props: FragmentProps,
  children: ReactNode,
): Promise<ServeResult<OutputWithHints>> {
  const { request, unit, manifests } = context
  /** The render around, a page's or a fragment's: its output brings the hints to the browser. */
  const runInOuterRender = snapshotContext()
  const loading = loadFlight()
  const flight = loading instanceof Promise ? await loading : loading
  const scope = getRequestScope(request)
  let runInFillContext = <T>(task: () => T): T => task()
  /** The output as the visitor of a miss gets it: it need not be decoded again. */
  let streamedOutput: Output
  let fullTree: Promise<ReactNode> | undefined
  const route = getRoutePattern(request)
  const routeModules = createRouteModules(manifests, request)
  /** The output as what is made of it needs it, decoded once. What the visitor's render uses up, it does not share. */
  const getFullTree = (payload: Uint8Array) => {
    const shared = hasReadOnceValues(payload) ? undefined : streamedOutput
    fullTree ??= (async () =>
      (shared ?? (await flight.decodeFully(payload, routeModules.manifests))) as ReactNode)()
    return fullTree
  }
  const decodeShared = (body: Uint8Array, decoded: unknown) => {
    const decodeRequest = {
      route,
      has: (used: UsedModules) => hasModules(manifests, used),
      async decode() {
        const modules = createRouteModules(manifests, request)
        const output = (await flight.decodeFully(body, modules.manifests)) as Output
        return { output, modules: modules.used }
      },
    }
    return getOrDecode(engine.store, body, decodeRequest, decoded as DecodedTree | undefined)
  }
  const decodeCopy = async (body: Uint8Array, copy: Uint8Array) => ({
    output: rehashOutput((await flight.decodeFully(copy, manifests)) as Output),
    hints: getHints(body)?.calls,
  })
  return serveFragment<OutputWithHints>(engine, {
    ...createBaseRequest(context, props),
    // Not before `vary` has been found to be a key.
    get route() {
      return getFragmentRoute(context, props.vary)
    },
    onKey: ids.countCopy,
    requestStartedAt: scope.dataReadSince,
    now,
    storedByHost: context.storedByHost,
    rebuild,
    requestScope: scope,
    exclusive: isFallbackShell(unit),
    passCache: hasSeveralPasses(unit) ? scope.passCache : undefined,
    encode(capture: DependencyScope) {
      // A fragment inside another is out of reach of the request, but was not rendered before that.
      if (isRequestUnit(unit)) scope.nonce ??= getRequestNonce(unit) ?? false
      return renderGuarded({ ...context, store: engine.store }, capture, {
        vary: props.vary,
        onPrerenderGap,
        start(onError) {
          runInFillContext = snapshotContext()
          const idPrefix = getIdToken(capture)
          return runInScope(capture, () => flight.encode(children, manifests, onError, idPrefix))
        },
      })
    },
    edit(capture) {
      const rename = createIdTokenEditor(createFillRenamer(capture))
      // The page around takes only the hints of the turn in which the fill began.
      const watch = watchFirstHints((hints) => runInOuterRender(() => loadAhead(hints)))
      return (chunk) => {
        watch(chunk)
        return rename(chunk)
      }
    },
    examine(payload, capture) {
      if (scope.nonce && hasNonce(payload, scope.nonce))
        capture.markUncacheable('dynamic', createContentCacheError('CC_REQUEST_NONCE', [props.name]))
    },
    compact:
      props.compact === false
        ? undefined
        : (payload) =>
            runInFillContext(async () => {
              const encodeContext = { flight, manifests, request }
              const { bytes, output } = await compactOutput(
                payload,
                await getFullTree(payload),
                encodeContext,
              )
              // The readers of this fill need not decode what has just been encoded.
              return {
                payload: bytes,
                decoded: createDecodedTree(
                  { output, hints: getHints(bytes)?.calls },
                  routeModules.used,
                  route,
                ),
              }
            }),
    onCommitted({ payload, decoded }) {
      // In development, elements also hold where they were made: the stack of this very render.
      if (process.env.NODE_ENV !== 'production' || decoded === undefined) return
      const tree = decoded as DecodedTree
      if (tree.isPlainData) cacheDecodedTree(engine.store, payload, tree)
    },
    checkRenders: (payload) =>
      runInFillContext(async () => {
        const renderToString = await loadHtmlRenderer()
        checkRenders(await resolveLazyTree(await getFullTree(payload)), (node) =>
          runOutsideRequest(request, renderToString, node),
        )
      }),
    renderHtml:
      props.exportAs === undefined
        ? undefined
        : (payload) =>
            runInFillContext(async () => {
              const renderMarkup = await loadMarkupRenderer()
              return renderExportHtml(props.name, await getFullTree(payload), (node) =>
                runOutsideRequest(request, renderMarkup, node),
              )
            }),
    async decode(body, decoded) {
      if (body instanceof Uint8Array) {
        const copy = ids.renamePayload(body)
        const result = await (copy === body ? decodeShared(body, decoded) : decodeCopy(body, copy))
        if (result.hints) loadAhead(result.hints)
        return result
      }
      const { stream, takeHints } = createHintCollector(ids.renameStream(body))
      const output = (await flight.decode(stream, routeModules.manifests)) as Output
      // A copy with other ids is none to make an entry of.
      if (!ids.isRenamed) streamedOutput = output
      return { output, hints: takeHints() }
    },
  })
}

/** A version of the user's own never meets a build id. */
function namespaceVersion(version: unknown): string {
  return typeof version === 'string' && version !== '' ? createUserVersion(version) : (version as string)
}
