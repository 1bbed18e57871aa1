import { type Awaitable, whenReady } from '../awaitable.ts'
import type { ScopeResult } from '../dependencyScope.ts'
import type { MissReason } from '../events.ts'
import type { PendingFill } from '../fill/pendingFills.ts'
import { startFill } from '../fill/startFill.ts'
import {
  type FragmentRender,
  type FragmentRenderer,
  type StorableOutput,
  tryDecode,
} from '../fragmentRenderer.ts'
import type { FragmentReport } from '../fragmentReport.ts'
import type { Entry, SharedLookup } from '../fragmentStore.ts'
import { getMakeup } from '../makeup.ts'
import { isFailure } from '../metadata.ts'
import { Settable, whenSettled } from '../settable.ts'
import { waitForTicks } from '../waitForTicks.ts'
import type { StaleCopy } from './decide.ts'
import type { PrerenderPassCache } from './prerenderPasses.ts'
import { getEntryAgeSeconds } from './reportCachedHit.ts'
import { requeueIfNotStored } from './requeueIfNotStored.ts'
import { serveCached } from './serveCached.ts'
import type { ServeContext, ServeResult } from './serveContext.ts'

/** Turns of the event loop within which a render without pending data ends, apart from waits for the store. */
const MAX_TICKS_TO_COMPLETE = 3
/** Turns that the conversion of its output to the stored form then takes. */
const MAX_TICKS_TO_ENCODE = 50

/** A fill that a request has joined or started. */
export interface RequestedFill {
  readonly pendingFill: PendingFill
  /** Whether another request started it. */
  readonly isJoined: boolean
  /** The store's time when the request looked the fragment up. */
  readonly now: number | undefined
}

/**
 * Joins a pending fill whose data is new enough, or starts one.
 *
 * @param reason of the miss. Absent for a fill in the background, which is no miss
 */
export function joinOrStartFill<T>(
  serving: ServeContext<T>,
  lookup: SharedLookup | undefined,
  reason?: MissReason,
): RequestedFill {
  const { context, parent, fragment } = serving
  const { key } = fragment
  const { pendingFills, events, releaseLease } = serving.engine
  const joinableFill =
    lookup &&
    pendingFills.findJoinable(
      key,
      { dataReadSince: context.dataReadSince, requiredToken: lookup.requiredToken },
      parent,
    )
  // Before the fill begins, because the fragments inside it may begin at once.
  if (reason !== undefined)
    events.emit(joinableFill ? { type: 'join', fragment } : { type: 'miss', fragment, reason })
  const isJoinable = !context.exclusive && !pendingFills.wouldDeadlock(key, parent)
  // Only a fill that others may join holds the lease.
  if (lookup?.lease?.isGranted && (joinableFill || !isJoinable))
    releaseLease({ key, lease: lookup.lease.lease })
  const pendingFill = joinableFill ?? startFill(serving, { parent, lookup, isJoinable })
  pendingFills.addWaitEdge(parent, pendingFill)
  return { pendingFill, isJoined: joinableFill !== undefined, now: lookup?.now }
}

/** Serves the output of a fill, also while it is rendered. */
export function serveFromFill<T>(
  serving: ServeContext<T>,
  fill: RequestedFill,
  reason: MissReason,
): Awaitable<ServeResult<T>> {
  const { context, renderer, runInRequest } = serving
  const { pendingFill, now } = fill
  if (renderer.prefersStored || context.rebuild !== undefined)
    return serveCompleteOutput(serving, fill, reason)
  const serve = (value: T) => {
    const metadata = getFinalMetadata(fill)
    return { value, now, metadata, report: reportFill(serving, fill, reason, metadata) }
  }
  const read = (body: Body<T>) => whenReady(readOutput(renderer, body, undefined), serve)
  // Another request may have started the fill.
  return whenReady(pendingFill.body as Settable<Body<T>>, read, { run: runInRequest })
}

/** Serves the output of a fill in its stored form, if it completes at once, or if it is rebuilt. */
async function serveCompleteOutput<T>(
  serving: ServeContext<T>,
  fill: RequestedFill,
  reason: MissReason,
): Promise<ServeResult<T>> {
  const { engine, context, renderer, parent } = serving
  const { pendingFill, now } = fill
  const body = (await pendingFill.body.promise) as Body<T>
  const stored =
    'read' in body && renderer.prefersStored
      ? await waitForStorableOutput(pendingFill, body, context.storedByHost)
      : undefined
  const value = await readOutput(renderer, body, stored)
  const metadata = getFinalMetadata(fill)
  const report = reportFill(serving, fill, reason, metadata)
  if (context.rebuild === undefined) return { value, now, metadata, report }
  const requeued = requeueIfNotStored(engine, pendingFill, context.rebuild)
  // Other readers may have joined the fill around this one, so only its metadata waits, not its output.
  if (parent === undefined) await requeued
  const lateMetadata = new Settable<ScopeResult>()
  requeued.then(() => metadata.whenSettled((final) => lateMetadata.resolve(final)))
  return { value, now, report, metadata: lateMetadata }
}

/** Serves the stale copy if the fill fails. Waits for the whole fill, because a stream that has begun cannot be undone. */
export async function serveFromFillOrStaleCopy<T>(
  serving: ServeContext<T>,
  fill: RequestedFill,
  { entry, reason }: StaleCopy,
): Promise<ServeResult<T>> {
  const { engine, context, renderer, fragment } = serving
  const { pendingFill, now } = fill
  const { uncacheableReason } = await pendingFill.result.promise
  const hasOutput = !(uncacheableReason && isFailure(uncacheableReason))
  if (context.rebuild) await requeueIfNotStored(engine, pendingFill, context.rebuild, !hasOutput)
  if (hasOutput) {
    const body = (await pendingFill.body.promise) as Body<T>
    const value = await readOutput(renderer, body, await pendingFill.storableOutput.promise)
    const metadata = getFinalMetadata(fill)
    return { value, now, metadata, report: reportFill(serving, fill, reason, metadata) }
  }
  const stale = await tryDecode(renderer, entry)
  // Throws the error of the fill.
  if (stale === undefined) return serveFromFill(serving, fill, reason)
  engine.events.emit({
    type: 'fail-safe',
    fragment,
    reason: uncacheableReason ?? 'error',
    ageSeconds: getEntryAgeSeconds(entry, now),
  })
  const result = serveCached(serving, { entry, value: stale.value, now, stale: reason })
  const metadata = new Settable<ScopeResult>()
  result.metadata.whenSettled((cached) => metadata.resolve({ ...cached, uncacheableReason: 'nested' }))
  return { ...result, metadata }
}

type Body<T> = FragmentRender<T> | Entry

function readOutput<T>(
  renderer: FragmentRenderer<T>,
  body: Body<T>,
  stored: StorableOutput | undefined,
): Awaitable<T> {
  if (stored) return renderer.decode(stored.payload, stored.decoded)
  return 'read' in body ? body.read() : renderer.decode(body.payload)
}

/**
 * Waits for the stored form of output that completes at once: there is nothing to stream, and the work is not done twice.
 * Output that the host stores is awaited as a whole in any case.
 */
async function waitForStorableOutput(
  { storableOutput, storeWaits }: PendingFill,
  { complete }: FragmentRender<unknown>,
  storedByHost: boolean,
): Promise<StorableOutput | undefined> {
  if (storedByHost) return storableOutput.promise
  const completion = new Settable<boolean>()
  whenSettled(
    complete,
    () => completion.resolve(true),
    () => completion.resolve(false),
  )
  const isComplete = await waitForTicks(completion, { maxTicks: MAX_TICKS_TO_COMPLETE, storeWaits })
  return isComplete ? waitForTicks(storableOutput, { maxTicks: MAX_TICKS_TO_ENCODE, storeWaits }) : undefined
}

function getFinalMetadata({ pendingFill }: RequestedFill): Settable<ScopeResult> {
  const metadata = new Settable<ScopeResult>()
  pendingFill.metadata.whenSettled((final) => metadata.resolve(addTime(final, pendingFill)))
  return metadata
}

/** The moment of the fill, where the render itself had none. */
function addTime(final: ScopeResult, { token, storeDataReadSince }: PendingFill): ScopeResult {
  if (final.token !== undefined && final.storeDataReadSince !== undefined) return final
  return {
    ...final,
    token: final.token ?? token,
    storeDataReadSince: final.storeDataReadSince ?? storeDataReadSince,
  }
}

function reportFill<T>(
  { context, fragment }: ServeContext<T>,
  { pendingFill, isJoined, now }: RequestedFill,
  reason: MissReason,
  metadata: Settable<ScopeResult>,
): Settable<FragmentReport> {
  const settable = new Settable<FragmentReport>()
  pendingFill.result.whenSettled(({ dependencies, commit, uncacheableReason, payload, durationMs }) => {
    const report: FragmentReport = {
      name: fragment.name,
      key: fragment.key,
      parent: fragment.parent,
      outcome: isJoined ? 'join' : 'miss',
      reason: uncacheableReason ?? (commit && commit !== 'committed' ? commit : reason),
      ageSeconds: null,
      dependencies,
      stored: commit === 'committed',
      bytes: payload?.byteLength ?? 0,
      makeup: payload && getMakeup(payload),
      durationMs,
    }
    const finish = () => settable.resolve(report)
    if (context.passCache === undefined) finish()
    else rememberForNextPass(context.passCache, report).then(finish, finish)
  })
  return settable

  async function rememberForNextPass(passCache: PrerenderPassCache, report: FragmentReport): Promise<void> {
    const body = (await pendingFill.storableOutput.promise) ?? (await pendingFill.body.promise)
    passCache.set(fragment.key, { body, now, metadata: await metadata.promise, report })
  }
}
