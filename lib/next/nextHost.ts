import { AsyncLocalStorage } from 'node:async_hooks'
import type { ReactNode } from 'react'
import { type Capture, currentCapture, runInCapture } from '../core/capture.ts'
import { deferred } from '../core/deferred.ts'
import type { Engine } from '../core/engine.ts'
import { contentCacheError } from '../core/errors.ts'
import type { BypassReason } from '../core/events.ts'
import { REBUILD_HEADER } from '../core/rebuildSignature.ts'
import { type Rebuild, type Served, serve } from '../core/serve.ts'
import { type ServeNowRequest, serveNow } from '../core/serveNow.ts'
import type { Entry } from '../core/store.ts'
import { checkRenders } from '../react/compaction/checkRenders.ts'
import { settled } from '../react/compaction/settled.ts'
import type { FragmentHost, FragmentProps } from '../react/host.ts'
import { plainHtml } from '../react/plainHtml.ts'
import { buildVersion, userVersion } from './buildVersion.ts'
import { loadAhead } from './client/loadAhead.ts'
import { compactOutput } from './compactOutput.ts'
import { decodedBefore, decodedOnce, type Output } from './decoded.ts'
import { followExpiries } from './followExpiries.ts'
import { guardedRender } from './guardedRender.ts'
import { hintsAtStart, withHints } from './hintsAtStart.ts'
import { loadFlight } from './internals/flight.ts'
import { type HintCall, hintsOf } from './internals/flightHints.ts'
import { loadHtmlRenderer, loadMarkupRenderer } from './internals/htmlRenderer.ts'
import { tagVerdict } from './internals/nextTags.ts'
import { pathnameOf } from './internals/pathname.ts'
import { requestHeader } from './internals/requestHeader.ts'
import { type Situation, situation } from './internals/situation.ts'
import { getCacheSignal } from './internals/storages.ts'
import { keepAroundBriefly, nextTagsOf, tellAround } from './pageTags.ts'
import { asElements, presented } from './presentation.ts'
import { judgeRebuild } from './rebuildRequest.ts'
import { now, requestScope } from './requestScope.ts'
import { askedRoute, noteAddress, routeOf } from './route.ts'

/** Renders fragments inside Next: a Flight render within the page's. */
export function createNextHost(
  engine: Engine,
  { namespace, rebuildSecret }: { namespace: string; rebuildSecret: string | undefined },
): FragmentHost {
  function bypass({ name }: FragmentProps, reason: BypassReason, error?: Error) {
    const fragment = { name, key: name, parent: undefined }
    engine.events.emit({ type: 'bypass', fragment, reason, ...(error && { error }) })
  }

  function rebuildOf({ workStore, unit }: Situation): Rebuild | undefined {
    const scope = requestScope(workStore)
    // What has no request in reach, such as a fragment inside another, goes by what that of the page has told.
    if (scope.rebuild === undefined && unit.type === 'request') {
      const header = requestHeader(unit, REBUILD_HEADER)
      const verdict = header === undefined ? undefined : judgeRebuild(header, rebuildSecret, Date.now())
      scope.rebuild = verdict === 'granted' && { route: askedRoute(unit) }
      if (verdict !== undefined && verdict !== 'granted') {
        const route = pathnameOf(unit) ?? workStore.route
        engine.events.emit({ type: 'rebuild-refused', route, reason: verdict })
      }
    }
    return scope.rebuild || undefined
  }

  return {
    render(props, children) {
      const where = situation()
      if (typeof where === 'string' || 'moved' in where) {
        if (typeof where === 'string') bypass(props, where)
        else bypass(props, 'next-moved', contentCacheError('CC_NEXT_MOVED', [where.moved]))
        return children
      }
      if (!where.workStore.isBuildTimePrerendering) followExpiries(engine, namespace)
      noteAddress(where)
      const { served } = requestScope(where.workStore)
      const rebuild = rebuildOf(where)
      const nested = currentCapture() !== undefined
      // What a fragment around will make compact itself is to hold elements, and nothing of ours.
      const asTheyAre = props.compact === false || nested
      const shown = ({ output, hints }: Shown) =>
        asTheyAre ? asElements(output) : presented(output, hints, where)
      const atHand =
        where.embed || rebuild !== undefined || nested
          ? undefined
          : serveNow(engine, whatIsAtHand(where, props))
      if (atHand !== undefined) {
        served.push(atHand)
        return shown(atHand.value)
      }
      const hole = deferred<'hole'>()
      const serving = serveInNext(
        { engine, where, rebuild, onHole: () => hole.resolve('hole') },
        props,
        children,
      )
      served.push(serving)
      return (where.embed ? embedded(where, namespace, serving, hole.promise) : outputOf(serving)).then(shown)
    },
  }
}

/** The output of a fragment, and what it has a browser load ahead, as far as that is known. */
interface Shown {
  readonly output: Output
  readonly hints: readonly HintCall[] | undefined
}

function whatIsAtHand(where: Situation, props: FragmentProps): ServeNowRequest<Shown> {
  return {
    ...askedIn(where, props),
    decoded(payload) {
      const before = decodedBefore(payload, where.workStore.route)
      return before && { value: { output: before.value, hints: hintsOf(payload)?.calls } }
    },
  }
}

/** What is asked of a fragment, whichever way it is served. */
function askedIn({ workStore }: Situation, { name, vary, version, ttl, swr, exportAs }: FragmentProps) {
  return {
    name,
    vary,
    version: version === undefined ? buildVersion(workStore) : checkedVersion(version),
    ttl,
    swr,
    exportAs,
    judge: ({ dependencies }: Entry, age: number) =>
      tagVerdict(workStore, nextTagsOf(dependencies), now() - age),
  }
}

interface Serving {
  readonly engine: Engine
  readonly where: Situation
  readonly rebuild: Rebuild | undefined
  onHole(): void
}

async function serveInNext(
  { engine, where, rebuild, onHole }: Serving,
  props: FragmentProps,
  children: ReactNode,
): Promise<Served<Shown>> {
  const { workStore, unit, manifests } = where
  /** The render around, a page's or a fragment's: its output brings the hints to the browser. */
  const inRenderAround = AsyncLocalStorage.snapshot()
  const loading = loadFlight()
  const flight = loading instanceof Promise ? await loading : loading
  const scope = requestScope(workStore)
  let inFill = <T>(task: () => T): T => task()
  /** The output as the visitor of a miss gets it: it need not be decoded once more. */
  let streamed: Output
  let whole: Promise<ReactNode> | undefined
  /** The output as what is made of it needs it, decoded once. */
  const wholeOf = (payload: Uint8Array) => {
    whole ??= (async () => (streamed ?? (await flight.decodeWhole(payload, manifests))) as ReactNode)()
    return whole
  }
  return serve<Shown>(engine, {
    ...askedIn(where, props),
    // Not before `vary` has been found to be a key.
    get route() {
      return routeOf(where, props.vary)
    },
    began: scope.readSince,
    now,
    embed: where.embed,
    rebuild,
    scope,
    alone: unit.type === 'prerender' && (unit.fallbackRouteParams?.size ?? 0) > 0,
    pass: unit.type === 'prerender' || unit.type === 'prerender-runtime' ? scope.pass : undefined,
    encode: (capture: Capture) => {
      const output = guardedRender(where, capture, {
        onHole,
        start(onError) {
          inFill = AsyncLocalStorage.snapshot()
          return runInCapture(capture, () => flight.encode(children, manifests, onError))
        },
      })
      // The page around takes only what comes in the turn in which it has begun.
      return withHints(output, (hints) => inRenderAround(() => loadAhead(hints)))
    },
    compact:
      props.compact === false
        ? undefined
        : (payload) =>
            inFill(async () => {
              const surroundings = { flight, manifests, workStore }
              const { bytes, output } = await compactOutput(payload, await wholeOf(payload), surroundings)
              // Whoever is waiting for it need not decode what has just been encoded.
              await decodedOnce(bytes, workStore.route, async () => output)
              return bytes
            }),
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
    async decode(body) {
      if (body instanceof Uint8Array) {
        const decode = async () => (await flight.decodeWhole(body, manifests)) as Output
        const output = await decodedOnce(body, workStore.route, decode)
        const hints = hintsOf(body)?.calls
        if (hints) loadAhead(hints)
        return { output, hints }
      }
      const { stream, hints } = hintsAtStart(body)
      streamed = (await flight.decode(stream, manifests)) as Output
      return { output: streamed, hints: hints() }
    },
  })
}

async function outputOf(serving: Promise<Served<Shown>>): Promise<Shown> {
  return (await serving).value
}

/** A version of the user's own never meets a build id. */
function checkedVersion(version: unknown): string {
  return typeof version === 'string' && version !== '' ? userVersion(version) : (version as string)
}

/** In a page or cache that Next stores, all must be known before the output is handed over. */
async function embedded(
  where: Situation,
  namespace: string,
  serving: Promise<Served<Shown>>,
  hole: Promise<'hole'>,
): Promise<Shown> {
  const { unit } = where
  const begun = performance.now()
  const cacheSignal = getCacheSignal(unit)
  cacheSignal?.beginRead()
  try {
    const final = serving.then(async ({ value, now, ...pending }) => {
      return { value, now, metadata: await pending.metadata, report: await pending.report }
    })
    const served = await Promise.race([final, hole])
    // What never resolves is how React is told of a hole in a prerender.
    if (served === 'hole') return new Promise<never>(() => {})
    // Lifetimes count on the store's clock, which has gone on since the lookup.
    const storeTime = served.now === undefined ? now() : served.now + (performance.now() - begun)
    tellAround(where, served.metadata, storeTime, namespace)
    if (!served.report.stored) keepAroundBriefly(unit)
    return served.value
  } finally {
    cacheSignal?.endRead()
  }
}
