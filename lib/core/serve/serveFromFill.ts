import type { ScopeResult } from '../dependencyScope.ts'
import type { MissReason } from '../events.ts'
import type { PendingFill, StorableOutput } from '../fill/pendingFills.ts'
import { startFill } from '../fill/startFill.ts'
import type { FragmentReport } from '../fragmentReport.ts'
import type { Entry, SharedLookup } from '../fragmentStore.ts'
import { getMakeup } from '../makeup.ts'
import { isFailure } from '../metadata.ts'
import type { ReplayableStream } from '../replayableStream.ts'
import { waitForTicks } from '../withTimeout.ts'
import type { StaleCopy } from './decide.ts'
import { getEntryAgeSeconds } from './reportCachedHit.ts'
import { requeueIfNotStored } from './requeueIfNotStored.ts'
import { serveCached } from './serveCached.ts'
import type { ServeContext, ServeResult } from './serveContext.ts'

/** Turns of the event loop after the first byte, within which a render without pending data ends. */
const MAX_TICKS_TO_COMPLETE = 3
/** Turns that the compaction of its output then takes. */
const MAX_TICKS_TO_COMPACT = 50

/** A fill that a request has joined or started. */
export interface RequestedFill {
  readonly pendingFill: PendingFill
  /** Whether another request started it. */
  readonly isJoined: boolean
  /** The store's time when the request looked the fragment up. */
  readonly now: number | undefined
}

/** Joins a pending fill whose data is new enough, or starts one. */
export function joinOrStartFill<T>(
  serving: ServeContext<T>,
  lookup: SharedLookup | undefined,
): RequestedFill {
  const { context, parent } = serving
  const { key } = serving.fragment
  const { pendingFills } = serving.engine
  const joinableFill =
    lookup &&
    pendingFills.findJoinable(
      key,
      { dataReadSince: context.dataReadSince, requiredToken: lookup.requiredToken },
      parent,
    )
  const isJoinable = !context.exclusive && !pendingFills.wouldDeadlock(key, parent)
  const pendingFill = joinableFill ?? startFill(serving, { parent, lookup, isJoinable })
  pendingFills.addWaitEdge(parent, pendingFill)
  return { pendingFill, isJoined: joinableFill !== undefined, now: lookup?.now }
}

/** Serves the output of a fill, streamed while it is rendered. */
export async function serveFromFill<T>(
  serving: ServeContext<T>,
  fill: RequestedFill,
  reason: MissReason,
): Promise<ServeResult<T>> {
  const { engine, context, parent } = serving
  const { pendingFill, now } = fill
  emitMissOrJoin(serving, fill, reason)
  const body = await pendingFill.body
  const value = await selectOutput(serving, pendingFill, body)
  const final = getFinalResults(serving, fill, reason)
  if (context.rebuild === undefined) return { value, now, ...final }
  const requeued = requeueIfNotStored(engine, pendingFill, context.rebuild)
  // Other readers may have joined the fill around this one, so only its metadata waits, not its output.
  if (parent === undefined) await requeued
  return { value, now, report: final.report, metadata: requeued.then(() => final.metadata) }
}

/** Serves the stale copy if the fill fails. Waits for the whole fill, because a stream that has begun cannot be undone. */
export async function serveFromFillOrStaleCopy<T>(
  serving: ServeContext<T>,
  fill: RequestedFill,
  { entry, value: staleValue, reason }: StaleCopy<T>,
): Promise<ServeResult<T>> {
  const { engine, context, renderer, fragment } = serving
  const { pendingFill, now } = fill
  emitMissOrJoin(serving, fill, reason)
  const { payload, uncacheableReason } = await pendingFill.result
  const hasOutput = payload !== undefined && !(uncacheableReason && isFailure(uncacheableReason))
  if (context.rebuild) await requeueIfNotStored(engine, pendingFill, context.rebuild, !hasOutput)
  if (hasOutput) {
    const decoded = (await pendingFill.storableOutput)?.decoded
    const value = await renderer.decode(payload, decoded)
    return { value, now, ...getFinalResults(serving, fill, reason) }
  }
  engine.events.emit({
    type: 'fail-safe',
    fragment,
    reason: uncacheableReason ?? 'error',
    ageSeconds: getEntryAgeSeconds(entry, now),
  })
  const result = serveCached(serving, { entry, value: staleValue, now, stale: reason })
  const metadata = result.metadata.then((cached) => ({ ...cached, uncacheableReason: 'nested' as const }))
  return { ...result, metadata }
}

/**
 * Decodes the stored form of output that completes at once: there is nothing to stream, and the work is not done twice.
 * Output that the host stores is awaited as a whole in any case.
 */
async function selectOutput<T>(
  { context, renderer }: ServeContext<T>,
  pendingFill: PendingFill,
  body: ReplayableStream | Entry,
): Promise<T> {
  if (!('stream' in body)) return renderer.decode(body.payload)
  const output =
    renderer.isCompacted && (await waitForStorableOutput(pendingFill, body, context.storedByHost))
  return output ? renderer.decode(output.payload, output.decoded) : renderer.decode(body.stream())
}

async function waitForStorableOutput(
  pendingFill: PendingFill,
  body: ReplayableStream,
  storedByHost: boolean,
): Promise<StorableOutput | undefined> {
  if (storedByHost) return pendingFill.storableOutput
  await body.firstByte
  const complete = await waitForTicks(
    body.bytes.catch(() => undefined),
    MAX_TICKS_TO_COMPLETE,
  )
  return complete && waitForTicks(pendingFill.storableOutput, MAX_TICKS_TO_COMPACT)
}

function emitMissOrJoin<T>(
  { engine, fragment }: ServeContext<T>,
  { isJoined }: RequestedFill,
  reason: MissReason,
): void {
  engine.events.emit(isJoined ? { type: 'join', fragment } : { type: 'miss', fragment, reason })
}

function getFinalResults<T>(
  serving: ServeContext<T>,
  fill: RequestedFill,
  reason: MissReason,
): Pick<ServeResult<T>, 'metadata' | 'report'> {
  const { token, storeDataReadSince, metadata: ownMetadata } = fill.pendingFill
  const metadata = ownMetadata.then((final): ScopeResult => ({ token, storeDataReadSince, ...final }))
  return { metadata, report: reportFill(serving, fill, reason, metadata) }
}

async function reportFill<T>(
  { context, fragment }: ServeContext<T>,
  { pendingFill, isJoined, now }: RequestedFill,
  reason: MissReason,
  metadata: Promise<ScopeResult>,
): Promise<FragmentReport> {
  const { dependencies, commit, uncacheableReason, payload, durationMs } = await pendingFill.result
  const report: FragmentReport = {
    ...fragment,
    outcome: isJoined ? 'join' : 'miss',
    reason: uncacheableReason ?? (commit && commit !== 'committed' ? commit : reason),
    ageSeconds: null,
    dependencies,
    stored: commit === 'committed',
    bytes: payload?.byteLength ?? 0,
    makeup: payload && getMakeup(payload),
    durationMs,
  }
  if (payload) context.passCache?.set(fragment.key, { payload, now, metadata: await metadata, report })
  return report
}
