import { createDeferred } from '../deferred.ts'
import { type ChildMetadata, type DependencyScope, getCurrentScope } from '../dependencyScope.ts'
import { type Engine, tryStoreOperation } from '../engine.ts'
import { createContentCacheError } from '../errors.ts'
import type { FragmentRef, MissReason, StaleReason } from '../events.ts'
import type { FillResult, PendingFill, StoredOutput } from '../fill/pendingFills.ts'
import { type FillRequest, startFill } from '../fill/startFill.ts'
import type { FragmentReport } from '../fragmentReport.ts'
import type { Entry, Lookup, SharedLookup } from '../fragmentStore.ts'
import { evaluateFreshness } from '../freshness.ts'
import { getMakeup } from '../makeup.ts'
import { isFailure } from '../metadata.ts'
import type { ReplayableStream } from '../replayableStream.ts'
import { waitForTicks } from '../waitForTicks.ts'
import { normalizeRequest } from './normalizeRequest.ts'
import { getEntryAge, reportCachedHit } from './reportCachedHit.ts'
import type { PrerenderPassCache, RebuildContext, ServeRequest } from './serveRequest.ts'

/** Turns of the event loop after the first byte in which a render that has nothing to wait for ends. */
const MAX_TICKS_TO_COMPLETE = 3
/** Turns that it then takes to make it compact. */
const MAX_TICKS_TO_COMPACT = 50

export interface ServeResult<T> {
  readonly value: T
  /** The store's time when the fragment was looked up, for which lifetimes count; none when it is down. */
  readonly now: number | undefined
  /** What a cache around us must know of the output. */
  readonly metadata: Promise<ChildMetadata>
  readonly report: Promise<FragmentReport>
}

/**
 * Serves one fragment: from the store, from a fill that is under way, or from a fill of its own.
 *
 * @throws {ContentCacheTypeError} for bad `name`, `vary`, `version`, `ttl`, `swr`, `exportAs`;
 * {@link ContentCacheError} CC_FRAGMENT_IN_ITSELF; and whatever the children throw.
 */
export async function serveFragment<T>(engine: Engine, request: ServeRequest<T>): Promise<ServeResult<T>> {
  const parent = getCurrentScope()
  const { key, ...checked } = normalizeRequest(request)
  request.onKey?.(key)
  const fragment: FragmentRef = { name: request.name, key, parent: getParentFragmentKey(parent) }
  const fillRequest: FillRequest = {
    ...request,
    ...checked,
    fragment,
    canShow: async (entry) => (await tryDecode(entry)) !== undefined,
  }
  assertNotSelfNested(parent, fragment)
  // Inside a fill or a page that Next stores, an old copy would be stored once more, under another name.
  const requireShared = request.storedByHost || request.rebuild !== undefined || fragment.parent !== undefined

  const childMetadata = createDeferred<ChildMetadata>()
  // The parent must know of us before anything is awaited, or it could be final without us.
  parent?.addChild(childMetadata.promise)
  childMetadata.promise.catch(() => {})
  let now: number | undefined
  /** On the host's clock: the store told its time no earlier. */
  let lookupStartedAt = request.now()
  try {
    const fromPass = request.passCache && (await serveFromPreviousPass(request.passCache))
    const result = fromPass ?? (await serveFromLookup(await lookUp(requireShared)))
    childMetadata.resolve(result.metadata)
    return result
  } catch (error) {
    childMetadata.reject(error)
    throw error
  }

  async function lookUp(shared: boolean): Promise<Lookup | undefined> {
    const { requestScope } = request
    lookupStartedAt = request.now()
    try {
      return await engine.lookup({
        key,
        age: () => request.now() - request.requestStartedAt,
        shared,
        requestScope,
      })
    } catch (error) {
      engine.events.emit({ type: 'store-error', operation: 'lookup', error })
      return undefined
    }
  }

  async function serveFromPreviousPass(passCache: PrerenderPassCache): Promise<ServeResult<T> | undefined> {
    const passEntry = passCache.get(key)
    if (passEntry === undefined) return undefined
    const value = await request.decode(passEntry.payload)
    return {
      value,
      now: passEntry.now,
      metadata: Promise.resolve(passEntry.metadata),
      report: Promise.resolve(passEntry.report),
    }
  }

  async function serveFromLookup(lookup: Lookup | undefined): Promise<ServeResult<T>> {
    now = lookup?.now
    if (lookup === undefined) return serveFromFill(joinOrStartFill(undefined), 'absent')
    const freshness = evaluateFreshness(lookup, request.checkHostFreshness, request.now() - lookupStartedAt)
    const decoded = freshness.state === 'none' ? undefined : await tryDecode(freshness.entry)
    if (freshness.state === 'fresh' && decoded)
      return serveCached(decoded.value, freshness.entry, undefined, !isSharedLookup(lookup))
    // A local copy that will not do says nothing of the moment from which on a fill may be trusted.
    if (!isSharedLookup(lookup)) return serveFromLookup(await lookUp(true))
    if (freshness.state === 'none') return serveFromFill(joinOrStartFill(lookup), freshness.reason)
    if (decoded === undefined || freshness.state === 'fresh')
      return serveFromFill(joinOrStartFill(lookup), 'unreadable')
    const { entry, reason } = freshness
    const pendingFill = joinOrStartFill(lookup)
    if (requireShared) return serveFillWithFallback(pendingFill, decoded.value, entry, reason)
    return serveCached(decoded.value, entry, reason)
  }

  /** The flight to wait for: one under way if its data is new enough, or one of our own. */
  function joinOrStartFill(lookup: SharedLookup | undefined): { pendingFill: PendingFill; joined: boolean } {
    const { requestStartedAt } = request
    const joinable =
      lookup &&
      engine.pendingFills.findJoinable(key, { requestStartedAt, requiredToken: lookup.requiredToken }, parent)
    const isJoinable = !request.exclusive && !engine.pendingFills.wouldDeadlock(key, parent)
    const pendingFill = joinable ?? startFill(engine, fillRequest, { parent, lookup, isJoinable })
    engine.pendingFills.addWaitEdge(parent, pendingFill)
    return { pendingFill, joined: joinable !== undefined }
  }

  async function tryDecode(entry: Entry): Promise<{ value: T } | undefined> {
    try {
      return { value: await request.decode(entry.payload) }
    } catch {
      return undefined
    }
  }

  function serveCached(value: T, entry: Entry, stale?: StaleReason, local = false): ServeResult<T> {
    const { dependencies, staleAt, discardAt } = entry
    const report = reportCachedHit(engine, { fragment, entry, now, stale, local })
    const metadata = { dependencies: new Set(dependencies), staleAt, discardAt, uncacheableReason: undefined }
    request.passCache?.set(key, { payload: entry.payload, now, metadata, report })
    return { value, now, metadata: Promise.resolve(metadata), report: Promise.resolve(report) }
  }

  async function serveFromFill(
    { pendingFill, joined }: ReturnType<typeof joinOrStartFill>,
    reason: MissReason,
  ): Promise<ServeResult<T>> {
    emitMissOrJoin(joined, reason)
    const body = await pendingFill.body
    const value = await selectFillOutput(pendingFill, body)
    const resultPromises = toResultPromises(pendingFill, joined, reason)
    if (request.rebuild === undefined) return { value, now, ...resultPromises }
    const requeued = requeueIfNotStored(pendingFill, request.rebuild)
    // Readers may have joined the fill around, and are shown what there is; it waits until this one is final.
    if (parent === undefined) await requeued
    return {
      value,
      now,
      report: resultPromises.report,
      metadata: requeued.then(() => resultPromises.metadata),
    }
  }

  /**
   * What comes in one go has nothing to stream: then it is served as it is stored, which is less work than to
   * show it twice. Where the output goes into a cache, all of it is awaited anyway.
   */
  async function selectFillOutput(pendingFill: PendingFill, body: ReplayableStream | Entry): Promise<T> {
    if (!('stream' in body)) return request.decode(body.payload)
    const stored = request.compact && (await waitForStoredOutput(pendingFill, body))
    return stored ? request.decode(stored.payload, stored.decoded) : request.decode(body.stream())
  }

  async function waitForStoredOutput(
    pendingFill: PendingFill,
    body: ReplayableStream,
  ): Promise<StoredOutput | undefined> {
    if (request.storedByHost) return pendingFill.stored
    await body.firstByte
    const complete = await waitForTicks(
      body.bytes.catch(() => undefined),
      MAX_TICKS_TO_COMPLETE,
    )
    return complete && waitForTicks(pendingFill.stored, MAX_TICKS_TO_COMPACT)
  }

  /** Fail-safe: waits for the whole fill, because a stream that has begun could not be taken back. */
  async function serveFillWithFallback(
    { pendingFill, joined }: ReturnType<typeof joinOrStartFill>,
    fallback: T,
    entry: Entry,
    reason: StaleReason,
  ): Promise<ServeResult<T>> {
    emitMissOrJoin(joined, reason)
    const { payload, uncacheableReason } = await pendingFill.result
    const hasOutput = payload !== undefined && !(uncacheableReason && isFailure(uncacheableReason))
    if (request.rebuild) await requeueIfNotStored(pendingFill, request.rebuild, !hasOutput)
    if (hasOutput) {
      const decoded = (await pendingFill.stored)?.decoded
      return {
        value: await request.decode(payload, decoded),
        now,
        ...toResultPromises(pendingFill, joined, reason),
      }
    }
    engine.events.emit({
      type: 'fail-safe',
      fragment,
      reason: uncacheableReason ?? 'error',
      age: getEntryAge(entry, now),
    })
    const { report } = serveCached(fallback, entry, reason)
    const { dependencies, staleAt, discardAt } = entry
    const metadata = {
      dependencies: new Set(dependencies),
      staleAt,
      discardAt,
      uncacheableReason: 'nested',
    } as const
    return { value: fallback, now, metadata: Promise.resolve(metadata), report }
  }

  /**
   * Where nothing is stored that might be another time, the page is to come up once more: no fragment was left by
   * which the next expiry, or the one that came in between, could find it.
   */
  async function requeueIfNotStored(
    pendingFill: PendingFill,
    rebuildContext: RebuildContext,
    servedStaleCopy = false,
  ): Promise<void> {
    const { route } = rebuildContext
    if (route === undefined || !isRetryableResult(await pendingFill.result, servedStaleCopy)) return
    rebuildContext.requeued ??= tryStoreOperation(engine, 'requeue', async () =>
      engine.store.requeueRoute?.(route),
    )
    await rebuildContext.requeued
  }

  function emitMissOrJoin(joined: boolean, reason: MissReason): void {
    engine.events.emit(joined ? { type: 'join', fragment } : { type: 'miss', fragment, reason })
  }

  function toResultPromises(
    pendingFill: PendingFill,
    joined: boolean,
    reason: MissReason,
  ): Pick<ServeResult<T>, 'metadata' | 'report'> {
    const { token, dataReadSince } = pendingFill
    const metadata = pendingFill.metadata.then((final): ChildMetadata => ({ token, ...final, dataReadSince }))
    const report = pendingFill.result.then(
      async ({ dependencies, commit, uncacheableReason, payload, ms }) => {
        const fragmentReport: FragmentReport = {
          ...fragment,
          outcome: joined ? 'join' : 'miss',
          reason: uncacheableReason ?? (commit && commit !== 'committed' ? commit : reason),
          ageSeconds: null,
          dependencies,
          stored: commit === 'committed',
          bytes: payload?.byteLength ?? 0,
          makeup: payload && getMakeup(payload),
          ms,
        }
        if (payload)
          request.passCache?.set(key, { payload, now, metadata: await metadata, report: fragmentReport })
        return fragmentReport
      },
    )
    return { metadata, report }
  }
}

/**
 * It was overtaken by a change, or the store failed; all else would be refused again.
 *
 * @param servedStaleCopy an older copy is shown in its place: nobody but us knows that the render failed
 */
function isRetryableResult({ commit, uncacheableReason }: FillResult, servedStaleCopy: boolean): boolean {
  if (uncacheableReason === 'error' || uncacheableReason === 'timeout') return servedStaleCopy
  if (uncacheableReason !== undefined) return uncacheableReason === 'store-down'
  return commit === undefined || commit === 'fenced' || commit === 'unverifiable'
}

function isSharedLookup(lookup: Lookup): lookup is SharedLookup {
  return lookup.token !== undefined
}

function getParentFragmentKey(scope: DependencyScope | undefined): string | undefined {
  return scope && (scope.key ?? getParentFragmentKey(scope.parent))
}

function assertNotSelfNested(parent: DependencyScope | undefined, { name, key }: FragmentRef): void {
  const path = [name]
  for (let outer = parent; outer; outer = outer.parent) {
    path.unshift(outer.label)
    if (outer.key === key) throw createContentCacheError('CC_FRAGMENT_IN_ITSELF', [name, path.join(' > ')])
  }
}
