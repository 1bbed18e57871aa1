import { currentCapture } from '../core/capture.ts'
import { deferred } from '../core/deferred.ts'
import { detached } from '../core/detached.ts'
import type { Engine } from '../core/engine.ts'
import { contentCacheError } from '../core/errors.ts'
import type { BypassReason } from '../core/events.ts'
import { REBUILD_HEADER } from '../core/rebuildSignature.ts'
import type { FragmentReport } from '../core/report.ts'
import type { Served } from '../core/serve.ts'
import { type ServeNowRequest, serveNow } from '../core/serveNow.ts'
import type { Rebuild } from '../core/serveRequest.ts'
import type { FragmentHost, FragmentProps } from '../react/host.ts'
import type { IdsInPlace } from '../react/ids/idsInPlace.ts'
import { loadAhead } from './client/loadAhead.ts'
import { type Shown, treeAtHand } from './decoded.ts'
import { followExpiries } from './followExpiries.ts'
import { pathnameOf } from './internals/pathname.ts'
import { requestHeader } from './internals/requestHeader.ts'
import { type Situation, situation } from './internals/situation.ts'
import { getCacheSignal } from './internals/storages.ts'
import { keepAroundBriefly, tellAround } from './pageTags.ts'
import { placeIds } from './placeIds.ts'
import { asElements, presented } from './presentation.ts'
import { judgeRebuild } from './rebuildRequest.ts'
import { registerOutside, sayWhereIgnored } from './registerOutside.ts'
import { now, requestScope } from './requestScope.ts'
import { askedRoute, noteAddress } from './route.ts'
import { sayOnce } from './sayOnce.ts'
import { askedIn, serveInNext } from './serveInNext.ts'
import { SUPPORTED_NEXT } from './supportedNext.ts'
import { uncachedOutput } from './uncachedOutput.ts'
import { rememberKeys } from './unmatchedKeys.ts'

const inDevelopment = process.env.NODE_ENV === 'development'

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
    registerOutside(objects) {
      const registered = registerOutside(objects, namespace)
      if (inDevelopment) rememberKeys(registered)
    },
    ...(inDevelopment && {
      registered(keys: readonly string[]) {
        rememberKeys(keys)
        sayWhereIgnored(keys)
      },
    }),
    render(props, children) {
      const where = situation()
      if (typeof where === 'string' || 'moved' in where) {
        if (typeof where === 'string') bypass(props, where)
        else {
          const error = contentCacheError('CC_NEXT_MOVED', [where.moved, SUPPORTED_NEXT])
          bypass(props, 'next-moved', error)
          sayOnce('CC_NEXT_MOVED', () => console.error(error))
        }
        // Pages follow expiries, cached fragments or not.
        if (where !== 'outside-next') followExpiries(engine, namespace)
        return uncachedOutput(props, children, engine, namespace)
      }
      if (!where.workStore.isBuildTimePrerendering) followExpiries(engine, namespace)
      noteAddress(where)
      const { reports } = requestScope(where.workStore)
      const rebuild = rebuildOf(where)
      const capture = currentCapture()
      const nested = capture !== undefined
      const ids = placeIds(where, capture)
      // What a fragment around will make compact itself is to hold elements, and nothing of ours.
      const asTheyAre = props.compact === false || nested
      const shown = ({ output, hints }: Shown) =>
        asTheyAre ? asElements(output) : presented(output, hints, where)
      const atHand =
        where.embed || rebuild !== undefined || nested
          ? undefined
          : serveNow(engine, whatIsAtHand(engine, where, props, ids))
      if (atHand !== undefined) {
        reports.push(atHand.report)
        // Elements have no component of ours with them that would do it.
        if (asTheyAre && atHand.value.hints) loadAhead(atHand.value.hints)
        return shown(atHand.value)
      }
      const hole = deferred<'hole'>()
      const serving = serveInNext(
        { engine, where, ids, rebuild, onHole: () => hole.resolve('hole') },
        props,
        children,
      )
      reports.push(reportOf(serving))
      return (where.embed ? embedded(where, namespace, serving, hole.promise) : outputOf(serving)).then(shown)
    },
  }
}

function whatIsAtHand(
  { store }: Engine,
  where: Situation,
  props: FragmentProps,
  ids: IdsInPlace,
): ServeNowRequest<Shown> {
  return {
    ...askedIn(where, props),
    decoded(payload, key) {
      ids.count(key)
      if (ids.differIn(payload)) return undefined
      return treeAtHand(store, payload, where.workStore.route)
    },
  }
}

/**
 * Next may keep the work store of a request for good, and the scope of the request with it. A promise that is made in the
 * request would then hold all of the render.
 */
function reportOf(serving: Promise<Served<Shown>>): Promise<FragmentReport> {
  const report = detached(async () => (await serving).report)
  // The fragment itself shows that it failed.
  report.catch(() => {})
  return report
}

async function outputOf(serving: Promise<Served<Shown>>): Promise<Shown> {
  return (await serving).value
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
