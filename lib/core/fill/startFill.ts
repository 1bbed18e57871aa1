import { createDeferred } from '../deferred.ts'
import {
  type ChildMetadata,
  createDependencyScope,
  type DependencyScope,
  runInScope,
} from '../dependencyScope.ts'
import { detachBytes } from '../detachBytes.ts'
import { type Engine, tryStoreOperation } from '../engine.ts'
import { createContentCacheError } from '../errors.ts'
import type { FragmentRef } from '../events.ts'
import type { ExportAs } from '../exports/exportAs.ts'
import { writeExports } from '../exports/writeExports.ts'
import { ENTRY_FORMAT, type Entry, type SharedLookup } from '../fragmentStore.ts'
import { evaluateFreshness, type HostFreshnessCheck } from '../freshness.ts'
import { NO_LIMIT } from '../lifetime.ts'
import { getMakeup } from '../makeup.ts'
import { type ChunkEditor, createReplayableStream, type ReplayableStream } from '../replayableStream.ts'
import { withTimeout } from '../withTimeout.ts'
import { attachFill, type FillResult, type PendingFill, type StoredOutput } from './pendingFills.ts'

export interface FillRequest {
  readonly fragment: FragmentRef
  readonly ttl: number
  readonly swr: number
  readonly route: string | undefined
  /** The moment on the host's clock from which on the reader may have read its data. */
  readonly requestStartedAt: number
  /** The host's clock: milliseconds, never going back, the same for all requests of the process. */
  readonly now: () => number
  readonly checkHostFreshness?: HostFreshnessCheck | undefined
  /** Whether what another process has made can be shown here. */
  readonly canShow: (entry: Entry) => Promise<boolean>
  /** Starts the render of the children; called inside the fragment's capture. */
  readonly encode: (
    scope: DependencyScope,
  ) => ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>
  /** Changes the output as it comes, for all who read it. */
  readonly edit?: ((scope: DependencyScope) => ChunkEditor) | undefined
  /** Looks at the complete output before its metadata is final, and may refuse to have it stored. Must not throw. */
  readonly examine?: ((payload: Uint8Array, scope: DependencyScope) => void) | undefined
  /** Makes of the complete output what is to be stored in its place; where that fails, the output is. */
  readonly compact?: ((payload: Uint8Array) => Promise<StoredOutput>) | undefined
  /** Called once the store has it. */
  readonly onCommitted?: ((output: StoredOutput) => void) | undefined
  /** Rejects where the complete output cannot be shown. Called where it was not made compact, which fails as well. */
  readonly checkRenders?: ((payload: Uint8Array) => Promise<void>) | undefined
  /** Where other programs look for its HTML. */
  readonly exports?: readonly ExportAs[]
  /** Writes the complete output as HTML. None where the host cannot: then nothing is exported. */
  readonly renderHtml?: ((payload: Uint8Array) => Promise<string>) | undefined
}

export interface FillContext {
  readonly parent: DependencyScope | undefined
  /** The lookup that found nothing usable; none when the store is down. */
  readonly lookup: SharedLookup | undefined
  /** Whether others may join it. Not when it exists only because joining would have been a deadlock. */
  readonly isJoinable: boolean
}

/**
 * Starts one fill: lease, render, commit.
 *
 * Invariants: the token is older than any data the render reads; the metadata is final before the commit;
 * whatever happens, the flight is removed, its lease released, and its promises settle.
 */
export function startFill(
  engine: Engine,
  request: FillRequest,
  { parent, lookup, isJoinable }: FillContext,
): PendingFill {
  const { store, pendingFills, events, limits } = engine
  const { fragment } = request
  const { key } = fragment
  const startedAt = performance.now()
  const age = () => request.now() - request.requestStartedAt
  const scope = createDependencyScope(parent, {
    name: fragment.name,
    label: `fragment "${fragment.name}"`,
    key,
    ...(lookup && { token: lookup.token, dataReadSince: lookup.now - age() }),
    onLateRegistration: (objects) => events.emit({ type: 'late-registration', fragment, objects }),
  })
  const body = createDeferred<ReplayableStream | Entry>()
  // Whoever decodes the body meets its failure; a fill in the background has nobody who does.
  body.promise.catch(() => {})
  const stored = createDeferred<StoredOutput | undefined>()
  const metadata = createDeferred<ChildMetadata>()
  const result = createDeferred<FillResult>()
  const pendingFill: PendingFill = {
    key,
    token: lookup?.token,
    requestStartedAt: request.requestStartedAt,
    dataReadSince: scope.dataReadSince,
    body: body.promise,
    stored: stored.promise,
    metadata: metadata.promise,
    result: result.promise,
    waitsFor: new Set(),
  }
  attachFill(scope, pendingFill)
  if (isJoinable && lookup) pendingFills.add(pendingFill)
  result.resolve(
    runFill()
      .catch(toFailedResult)
      .finally(() => {
        pendingFills.remove(pendingFill)
        stored.resolve(undefined)
      }),
  )
  return pendingFill

  /** Whatever went wrong that nobody thought of: who waits must not wait for ever. */
  function toFailedResult(error: unknown): FillResult {
    scope.markUncacheable('error', error)
    body.reject(error)
    metadata.resolve({ dependencies: new Set(), ...NO_LIMIT, uncacheableReason: 'error' })
    return createResult(undefined, 'error', [])
  }

  async function runFill(): Promise<FillResult> {
    if (!lookup) scope.markUncacheable('store-down')
    const lease = isJoinable && lookup ? await acquireLease(lookup) : undefined
    if (lease === 'held') {
      const remoteEntry = await waitForOtherProcess()
      if (remoteEntry) {
        const dependencies = new Set(remoteEntry.dependencies)
        body.resolve(remoteEntry)
        metadata.resolve({
          dependencies,
          staleAt: remoteEntry.staleAt,
          discardAt: remoteEntry.discardAt,
          uncacheableReason: undefined,
        })
        return createResult(remoteEntry.payload, undefined, remoteEntry.dependencies, 'committed')
      }
    }
    try {
      return await render()
    } finally {
      if (lease && lease !== 'held') {
        await tryStoreOperation(engine, 'release', () => store.release(key, lease))
      }
    }
  }

  async function acquireLease({ requiredToken, entry }: SharedLookup): Promise<string | undefined> {
    return tryStoreOperation(engine, 'lease', async () => {
      const leaseRequest = { requiredToken, wasMiss: entry === undefined }
      return (await store.lease(key, leaseRequest, limits.leaseTime)) ?? 'held'
    })
  }

  /** What another process has committed meanwhile, if it will do for a hit inside a fill. */
  async function waitForOtherProcess(): Promise<Entry | undefined> {
    await tryStoreOperation(
      engine,
      'lease',
      () => store.waitForLease(key, limits.leaseWait),
      limits.leaseWait,
    )
    const lookupStartedAt = request.now()
    const secondLookup = await tryStoreOperation(engine, 'lookup', () =>
      engine.lookup({ key, age, shared: true }),
    )
    const freshness =
      secondLookup &&
      evaluateFreshness(secondLookup, request.checkHostFreshness, request.now() - lookupStartedAt)
    if (freshness?.state !== 'fresh') return undefined
    return (await request.canShow(freshness.entry)) ? freshness.entry : undefined
  }

  async function render(): Promise<FillResult> {
    if (request.ttl > 0) scope.limitRelativeLifetime(request.ttl * 1000, (request.ttl + request.swr) * 1000)
    const rendering = (async () => {
      try {
        const source = await runInScope(scope, () => request.encode(scope))
        const output = createReplayableStream(source, request.edit?.(scope))
        body.resolve(output)
        return await output.bytes
      } catch (error) {
        scope.markUncacheable('error', error)
        body.reject(error)
        return undefined
      }
    })()
    const complete = rendering.then(async (payload): Promise<RenderResult> => {
      if (payload) request.examine?.(payload, scope)
      const final = await scope.finalize()
      metadata.resolve(final)
      return {
        payload,
        final,
        storedOutput: payload && lookup && !final.uncacheableReason ? await tryCompact(payload) : undefined,
      }
    })
    const { payload, final, storedOutput } = await withFillTimeout(complete)
    metadata.resolve(final)
    const dependencies = [...final.dependencies]
    if (final.uncacheableReason || storedOutput === undefined || !lookup) {
      const { reason, error } = scope.uncacheable ?? { reason: 'error' as const, error: undefined }
      events.emit({ type: 'uncacheable', fragment, reason, error, ms: performance.now() - startedAt })
      return createResult(payload, reason, dependencies)
    }
    stored.resolve(storedOutput)
    const bytes = storedOutput.payload.byteLength
    const entry: Entry = {
      format: ENTRY_FORMAT,
      name: fragment.name,
      createdAt: scope.dataReadSince ?? lookup.now,
      staleAt: final.staleAt,
      discardAt: final.discardAt,
      dependencies,
      route: request.route,
      payload: storedOutput.payload,
    }
    const token = scope.token ?? lookup.token
    const commitResult = await tryStoreOperation(engine, 'commit', () => store.commit(key, entry, token))
    if (commitResult === 'committed') request.onCommitted?.(storedOutput)
    const fillResult = createResult(storedOutput.payload, undefined, dependencies, commitResult)
    if (commitResult) {
      const { ms } = fillResult
      const composition = { bytes, html: 0, dynamicParts: [], ...getMakeup(storedOutput.payload) }
      events.emit({ type: 'commit', fragment, result: commitResult, ...composition, ms, dependencies })
    }
    const { exports = [], renderHtml } = request
    if (exports.length > 0 && renderHtml && payload && commitResult === 'committed') {
      await writeExports(engine, { fragment, exports, entry, token, renderHtml: () => renderHtml(payload) })
    }
    return fillResult
  }

  /**
   * What is stored: an entry that cannot be shown would break each page that reads it, until it expires. A renderer
   * hands out small views of a large buffer: what is stored must not keep the rest alive.
   */
  async function tryCompact(payload: Uint8Array): Promise<StoredOutput | undefined> {
    try {
      const output = await request.compact?.(payload)
      if (output !== undefined) return { ...output, payload: detachBytes(output.payload) }
    } catch (error) {
      events.emit({ type: 'not-compacted', fragment, error })
    }
    try {
      await request.checkRenders?.(payload)
      return { payload: detachBytes(payload) }
    } catch (error) {
      scope.markUncacheable('unrenderable', error)
      return undefined
    }
  }

  interface RenderResult {
    readonly payload: Uint8Array | undefined
    readonly final: ChildMetadata
    /** What is to be stored of it. */
    readonly storedOutput: StoredOutput | undefined
  }

  /** A render that hangs still streams to whoever reads it, but nobody new waits for it, and it is not stored. */
  async function withFillTimeout(complete: Promise<RenderResult>): Promise<RenderResult> {
    let timeoutError: Error | undefined
    try {
      return await withTimeout(complete, limits.fillTimeout, () => {
        timeoutError = createContentCacheError('CC_FILL_TIMEOUT', [fragment.name, limits.fillTimeout])
        return timeoutError
      })
    } catch (error) {
      if (error !== timeoutError) throw error
      scope.markUncacheable('timeout', error)
      const final: ChildMetadata = { dependencies: new Set(), ...NO_LIMIT, uncacheableReason: 'timeout' }
      return { payload: undefined, final, storedOutput: undefined }
    }
  }

  function createResult(
    payload: Uint8Array | undefined,
    uncacheableReason: FillResult['uncacheableReason'],
    dependencies: readonly string[],
    commit?: FillResult['commit'],
  ): FillResult {
    return { payload, uncacheableReason, dependencies, commit, ms: performance.now() - startedAt }
  }
}
