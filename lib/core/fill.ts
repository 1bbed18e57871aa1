import { type Capture, createCapture, type Followed, runInCapture } from './capture.ts'
import { deferred } from './deferred.ts'
import { type Engine, tolerate } from './engine.ts'
import { contentCacheError } from './errors.ts'
import type { FragmentRef } from './events.ts'
import type { ExportAs } from './exports/exportAs.ts'
import { writeExports } from './exports/writeExports.ts'
import { bindFlight, type Flight, type Outcome, type StoredOutput } from './flights.ts'
import { freshnessOf, type Judge } from './freshness.ts'
import { inTime } from './inTime.ts'
import { UNLIMITED } from './lifetime.ts'
import { makeupOf } from './makeup.ts'
import { ownBytes } from './ownBytes.ts'
import { type EditChunk, type Replay, replay } from './replay.ts'
import { ENTRY_FORMAT, type Entry, type SharedLookup } from './store.ts'

export interface FillRequest {
  readonly fragment: FragmentRef
  readonly ttl: number
  readonly swr: number
  readonly route: string | undefined
  /** The moment on the host's clock from which on the reader may have read its data. */
  readonly began: number
  /** The host's clock: milliseconds, never going back, the same for all requests of the process. */
  readonly now: () => number
  readonly judge?: Judge | undefined
  /** Whether what another process has made can be shown here. */
  readonly canShow: (entry: Entry) => Promise<boolean>
  /** Starts the render of the children; called inside the fragment's capture. */
  readonly encode: (capture: Capture) => ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>
  /** Changes the output as it comes, for all who read it. */
  readonly edit?: ((capture: Capture) => EditChunk) | undefined
  /** Looks at the complete output before its metadata is final, and may refuse to have it stored. Must not throw. */
  readonly examine?: ((payload: Uint8Array, capture: Capture) => void) | undefined
  /** Makes of the complete output what is to be stored in its place; where that fails, the output is. */
  readonly compact?: ((payload: Uint8Array) => Promise<StoredOutput>) | undefined
  /** Called once the store has it. */
  readonly onCommitted?: ((output: StoredOutput) => void) | undefined
  /** Rejects where the complete output cannot be shown. Called where it was not made compact, which fails as well. */
  readonly checkRenders?: ((payload: Uint8Array) => Promise<void>) | undefined
  /** Where other programs look for its HTML. */
  readonly exports?: readonly ExportAs[]
  /** Writes the complete output as HTML. None where the host cannot: then nothing is exported. */
  readonly html?: ((payload: Uint8Array) => Promise<string>) | undefined
}

export interface FillMode {
  readonly parent: Capture | undefined
  /** The lookup that found nothing usable; none when the store is down. */
  readonly found: SharedLookup | undefined
  /** Whether others may join it. Not when it exists only because joining would have been a deadlock. */
  readonly shared: boolean
}

/**
 * Starts one fill: lease, render, commit.
 *
 * Invariants: the token is older than any data the render reads; the metadata is final before the commit;
 * whatever happens, the flight is removed, its lease released, and its promises settle.
 */
export function startFill(engine: Engine, request: FillRequest, { parent, found, shared }: FillMode): Flight {
  const { store, flights, events, limits } = engine
  const { fragment } = request
  const { key } = fragment
  const started = performance.now()
  const age = () => request.now() - request.began
  const capture = createCapture(parent, {
    name: fragment.name,
    label: `fragment "${fragment.name}"`,
    key,
    ...(found && { token: found.token, readSince: found.now - age() }),
    onLate: (objects) => events.emit({ type: 'late-registration', fragment, objects }),
  })
  const body = deferred<Replay | Entry>()
  // Whoever decodes the body meets its failure; a fill in the background has nobody who does.
  body.promise.catch(() => {})
  const stored = deferred<StoredOutput | undefined>()
  const metadata = deferred<Followed>()
  const outcome = deferred<Outcome>()
  const flight: Flight = {
    key,
    token: found?.token,
    began: request.began,
    readSince: capture.readSince,
    body: body.promise,
    stored: stored.promise,
    metadata: metadata.promise,
    outcome: outcome.promise,
    waitsFor: new Set(),
  }
  bindFlight(capture, flight)
  if (shared && found) flights.add(flight)
  outcome.resolve(
    run()
      .catch(failed)
      .finally(() => {
        flights.remove(flight)
        stored.resolve(undefined)
      }),
  )
  return flight

  /** Whatever went wrong that nobody thought of: who waits must not wait for ever. */
  function failed(error: unknown): Outcome {
    capture.refuse('error', error)
    body.reject(error)
    metadata.resolve({ dependencies: new Set(), ...UNLIMITED, refusal: 'error' })
    return ended(undefined, 'error', [])
  }

  async function run(): Promise<Outcome> {
    if (!found) capture.refuse('store-down')
    const lease = shared && found ? await takeLease(found) : undefined
    if (lease === 'held elsewhere') {
      const theirs = await waitForTheirs()
      if (theirs) {
        const dependencies = new Set(theirs.dependencies)
        body.resolve(theirs)
        metadata.resolve({ dependencies, staleAt: theirs.staleAt, goneAt: theirs.goneAt, refusal: undefined })
        return ended(theirs.payload, undefined, theirs.dependencies, 'committed')
      }
    }
    try {
      return await render()
    } finally {
      if (lease && lease !== 'held elsewhere') {
        await tolerate(engine, 'release', () => store.release(key, lease))
      }
    }
  }

  async function takeLease({ current, entry }: SharedLookup): Promise<string | undefined> {
    return tolerate(engine, 'lease', async () => {
      const asked = { current, absent: entry === undefined }
      return (await store.lease(key, asked, limits.leaseTime)) ?? 'held elsewhere'
    })
  }

  /** What another process has committed meanwhile, if it will do for a hit inside a fill. */
  async function waitForTheirs(): Promise<Entry | undefined> {
    await tolerate(engine, 'lease', () => store.settled(key, limits.leaseWait), limits.leaseWait)
    const asked = request.now()
    const again = await tolerate(engine, 'lookup', () => engine.lookup({ key, age, shared: true }))
    const freshness = again && freshnessOf(again, request.judge, request.now() - asked)
    if (freshness?.state !== 'fresh') return undefined
    return (await request.canShow(freshness.entry)) ? freshness.entry : undefined
  }

  async function render(): Promise<Outcome> {
    if (request.ttl > 0) capture.limitFor(request.ttl * 1000, (request.ttl + request.swr) * 1000)
    const rendering = (async () => {
      try {
        const output = await runInCapture(capture, () => request.encode(capture))
        const replayed = replay(output, request.edit?.(capture))
        body.resolve(replayed)
        return await replayed.bytes
      } catch (error) {
        capture.refuse('error', error)
        body.reject(error)
        return undefined
      }
    })()
    const complete = rendering.then(async (payload): Promise<Complete> => {
      if (payload) request.examine?.(payload, capture)
      const final = await capture.finish()
      metadata.resolve(final)
      return {
        payload,
        final,
        kept: payload && found && !final.refusal ? await renderable(payload) : undefined,
      }
    })
    const { payload, final, kept } = await withinLimit(complete)
    metadata.resolve(final)
    const dependencies = [...final.dependencies]
    if (final.refusal || kept === undefined || !found) {
      const { reason, error } = capture.refusal ?? { reason: 'error' as const, error: undefined }
      events.emit({ type: 'refused', fragment, reason, error, ms: performance.now() - started })
      return ended(payload, reason, dependencies)
    }
    stored.resolve(kept)
    const bytes = kept.payload.byteLength
    const entry: Entry = {
      format: ENTRY_FORMAT,
      name: fragment.name,
      createdAt: capture.readSince ?? found.now,
      staleAt: final.staleAt,
      goneAt: final.goneAt,
      dependencies,
      route: request.route,
      payload: kept.payload,
    }
    const token = capture.token ?? found.token
    const result = await tolerate(engine, 'commit', () => store.commit(key, entry, token))
    if (result === 'committed') request.onCommitted?.(kept)
    const done = ended(kept.payload, undefined, dependencies, result)
    if (result) {
      const { ms } = done
      const made = { bytes, html: 0, kept: [], ...makeupOf(kept.payload) }
      events.emit({ type: 'commit', fragment, result, ...made, ms, dependencies })
    }
    const { exports = [], html } = request
    if (exports.length > 0 && html && payload && result === 'committed') {
      await writeExports(engine, { fragment, exports, entry, token, html: () => html(payload) })
    }
    return done
  }

  /**
   * What is stored: an entry that cannot be shown would break each page that reads it, until it expires. A renderer
   * hands out small views of a large buffer: what is stored must not keep the rest alive.
   */
  async function renderable(payload: Uint8Array): Promise<StoredOutput | undefined> {
    try {
      const output = await request.compact?.(payload)
      if (output !== undefined) return { ...output, payload: ownBytes(output.payload) }
    } catch (error) {
      events.emit({ type: 'not-compacted', fragment, error })
    }
    try {
      await request.checkRenders?.(payload)
      return { payload: ownBytes(payload) }
    } catch (error) {
      capture.refuse('unrenderable', error)
      return undefined
    }
  }

  interface Complete {
    readonly payload: Uint8Array | undefined
    readonly final: Followed
    /** What is to be stored of it. */
    readonly kept: StoredOutput | undefined
  }

  /** A render that hangs still streams to whoever reads it, but nobody new waits for it, and it is not stored. */
  async function withinLimit(complete: Promise<Complete>): Promise<Complete> {
    let late: Error | undefined
    try {
      return await inTime(complete, limits.fillTimeout, () => {
        late = contentCacheError('CC_FILL_TIMEOUT', [fragment.name, limits.fillTimeout])
        return late
      })
    } catch (error) {
      if (error !== late) throw error
      capture.refuse('timeout', error)
      const final: Followed = { dependencies: new Set(), ...UNLIMITED, refusal: 'timeout' }
      return { payload: undefined, final, kept: undefined }
    }
  }

  function ended(
    payload: Uint8Array | undefined,
    refusal: Outcome['refusal'],
    dependencies: readonly string[],
    commit?: Outcome['commit'],
  ): Outcome {
    return { payload, refusal, dependencies, commit, ms: performance.now() - started }
  }
}
