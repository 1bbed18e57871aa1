import type { ReactNode } from 'react'
import { type Capture, runInCapture } from '../core/capture.ts'
import type { Engine } from '../core/engine.ts'
import { contentCacheError } from '../core/errors.ts'
import { type Served, serve } from '../core/serve.ts'
import type { Rebuild } from '../core/serveRequest.ts'
import { snapshotContext } from '../core/snapshotContext.ts'
import type { Entry } from '../core/store.ts'
import { checkRenders } from '../react/compaction/checkRenders.ts'
import { settled } from '../react/compaction/settled.ts'
import type { FragmentProps } from '../react/host.ts'
import { type IdsInPlace, idsOutOfFill, ownToken } from '../react/ids/idsInPlace.ts'
import { renameTokensInChunks } from '../react/ids/renameTokens.ts'
import { plainHtml } from '../react/plainHtml.ts'
import { buildVersion, userVersion } from './buildVersion.ts'
import { loadAhead } from './client/loadAhead.ts'
import { compactOutput } from './compactOutput.ts'
import { objectOfDataTag } from './dataTags.ts'
import { decodedOnce, keepTree, type Output, type Shown, type Tree, treeOf } from './decoded.ts'
import { guardedRender } from './guardedRender.ts'
import { hintsAtStart, watchFirstHints } from './hintsAtStart.ts'
import { holdsNonce } from './holdsNonce.ts'
import { loadFlight } from './internals/flight.ts'
import { hintsOf } from './internals/flightHints.ts'
import { loadHtmlRenderer, loadMarkupRenderer } from './internals/htmlRenderer.ts'
import { tagVerdict } from './internals/nextTags.ts'
import { hasReadOnceValues } from './internals/readOnceValues.ts'
import { nonceOf } from './internals/requestNonce.ts'
import { hasModules, modulesOfRoute, type UsedModules } from './internals/routeModules.ts'
import type { Situation } from './internals/situation.ts'
import { nextTagsOf } from './pageTags.ts'
import { outputOfCopy } from './placeIds.ts'
import { now, requestScope } from './requestScope.ts'
import { routeOf } from './route.ts'

/** What is asked of a fragment, whichever way it is served. */
export function askedIn(
  { workStore }: Situation,
  { name, vary, version, ttl, swr, exportAs }: FragmentProps,
) {
  return {
    name,
    vary,
    version: version === undefined ? buildVersion(workStore) : checkedVersion(version),
    ttl,
    swr,
    exportAs,
    judge({ dependencies }: Entry, age: number, refreshed: boolean) {
      const tags = nextTagsOf(dependencies)
      // A refresh expires the data, so that the next fill reads it again. Until then the fragment is shown as it is. An
      // expiry of the same object would have removed the fragment.
      const judged = refreshed ? tags.filter((tag) => objectOfDataTag(tag) === undefined) : tags
      return tagVerdict(workStore, judged, now() - age)
    },
  }
}

interface Serving {
  readonly engine: Engine
  readonly where: Situation
  readonly ids: IdsInPlace
  readonly rebuild: Rebuild | undefined
  onHole(): void
}

/** Serves a fragment with Next's own Flight, guarded from the request. */
export async function serveInNext(
  { engine, where, ids, rebuild, onHole }: Serving,
  props: FragmentProps,
  children: ReactNode,
): Promise<Served<Shown>> {
  const { workStore, unit, manifests } = where
  /** The render around, a page's or a fragment's: its output brings the hints to the browser. */
  const inRenderAround = snapshotContext()
  const loading = loadFlight()
  const flight = loading instanceof Promise ? await loading : loading
  const scope = requestScope(workStore)
  let inFill = <T>(task: () => T): T => task()
  /** The output as the visitor of a miss gets it: it need not be decoded again. */
  let streamed: Output
  let whole: Promise<ReactNode> | undefined
  const { route } = workStore
  const own = modulesOfRoute(manifests, workStore)
  /** The output as what is made of it needs it, decoded once. What the visitor's render uses up, it does not share. */
  const wholeOf = (payload: Uint8Array) => {
    const shared = hasReadOnceValues(payload) ? undefined : streamed
    whole ??= (async () => (shared ?? (await flight.decodeWhole(payload, own.manifests))) as ReactNode)()
    return whole
  }
  const decodeShared = (body: Uint8Array, decoded: unknown) => {
    const reader = {
      route,
      has: (used: UsedModules) => hasModules(manifests, used),
      async decode() {
        const modules = modulesOfRoute(manifests, workStore)
        const output = (await flight.decodeWhole(body, modules.manifests)) as Output
        return { output, modules: modules.used }
      },
    }
    return decodedOnce(engine.store, body, reader, decoded as Tree | undefined)
  }
  const decodeCopy = async (body: Uint8Array, copy: Uint8Array) => ({
    output: outputOfCopy((await flight.decodeWhole(copy, manifests)) as Output),
    hints: hintsOf(body)?.calls,
  })
  return serve<Shown>(engine, {
    ...askedIn(where, props),
    // Not before `vary` has been found to be a key.
    get route() {
      return routeOf(where, props.vary)
    },
    keyed: ids.count,
    began: scope.readSince,
    now,
    embed: where.embed,
    rebuild,
    scope,
    alone: unit.type === 'prerender' && (unit.fallbackRouteParams?.size ?? 0) > 0,
    pass: unit.type === 'prerender' || unit.type === 'prerender-runtime' ? scope.pass : undefined,
    encode(capture: Capture) {
      // A fragment inside another is out of reach of the request, but was not rendered before that.
      if (unit.type === 'request') scope.nonce ??= nonceOf(unit) ?? false
      return guardedRender({ ...where, store: engine.store }, capture, {
        vary: props.vary,
        onHole,
        start(onError) {
          inFill = snapshotContext()
          const idPrefix = ownToken(capture)
          return runInCapture(capture, () => flight.encode(children, manifests, onError, idPrefix))
        },
      })
    },
    edit(capture) {
      const rename = renameTokensInChunks(idsOutOfFill(capture))
      // The page around takes only the hints of the turn in which the fill began.
      const watch = watchFirstHints((hints) => inRenderAround(() => loadAhead(hints)))
      return (chunk) => {
        watch(chunk)
        return rename(chunk)
      }
    },
    examine(payload, capture) {
      if (scope.nonce && holdsNonce(payload, scope.nonce))
        capture.refuse('dynamic', contentCacheError('CC_REQUEST_NONCE', [props.name]))
    },
    compact:
      props.compact === false
        ? undefined
        : (payload) =>
            inFill(async () => {
              const surroundings = { flight, manifests, workStore }
              const { bytes, output } = await compactOutput(payload, await wholeOf(payload), surroundings)
              // The readers of this fill need not decode what has just been encoded.
              return {
                payload: bytes,
                decoded: treeOf({ output, hints: hintsOf(bytes)?.calls }, own.used, route),
              }
            }),
    onCommitted({ payload, decoded }) {
      // In development, elements also hold where they were made: the stack of this very render.
      if (process.env.NODE_ENV !== 'production' || decoded === undefined) return
      const tree = decoded as Tree
      if (tree.isPlainData) keepTree(engine.store, payload, tree)
    },
    checkRenders: (payload) =>
      inFill(async () => {
        const renderToString = await loadHtmlRenderer()
        checkRenders(await settled(await wholeOf(payload)), (node) =>
          workStore.runInCleanSnapshot(renderToString, node),
        )
      }),
    html:
      props.exportAs === undefined
        ? undefined
        : (payload) =>
            inFill(async () => {
              const renderMarkup = await loadMarkupRenderer()
              return plainHtml(props.name, await wholeOf(payload), (node) =>
                workStore.runInCleanSnapshot(renderMarkup, node),
              )
            }),
    async decode(body, decoded) {
      if (body instanceof Uint8Array) {
        const copy = ids.inPayload(body)
        const shown = await (copy === body ? decodeShared(body, decoded) : decodeCopy(body, copy))
        if (shown.hints) loadAhead(shown.hints)
        return shown
      }
      const { stream, hints } = hintsAtStart(ids.inStream(body))
      const output = (await flight.decode(stream, own.manifests)) as Output
      // A copy with other ids is none to make an entry of.
      if (!ids.differ) streamed = output
      return { output, hints: hints() }
    },
  })
}

/** A version of the user's own never meets a build id. */
function checkedVersion(version: unknown): string {
  return typeof version === 'string' && version !== '' ? userVersion(version) : (version as string)
}
