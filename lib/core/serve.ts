import { type Capture, currentCapture, type Followed } from './capture.ts'
import { checkedRequest } from './checkedRequest.ts'
import { ageOf, tellCopy } from './copy.ts'
import { deferred } from './deferred.ts'
import { type Engine, tolerate } from './engine.ts'
import { contentCacheError } from './errors.ts'
import type { FragmentRef, MissReason, StaleReason } from './events.ts'
import { type FillRequest, startFill } from './fill.ts'
import type { Flight, Outcome, StoredOutput } from './flights.ts'
import { freshnessOf } from './freshness.ts'
import { makeupOf } from './makeup.ts'
import { isFailure } from './metadata.ts'
import type { Replay } from './replay.ts'
import type { FragmentReport } from './report.ts'
import type { Pass, Rebuild, ServeRequest } from './serveRequest.ts'
import type { Entry, Lookup, SharedLookup } from './store.ts'
import { withinTurns } from './turns.ts'

/** Turns of the event loop after the first byte in which a render that has nothing to wait for ends. */
const TURNS_TO_END = 3
/** Turns that it then takes to make it compact. */
const TURNS_TO_STORE = 50

export interface Served<T> {
  readonly value: T
  /** The store's time when the fragment was looked up, for which lifetimes count; none when it is down. */
  readonly now: number | undefined
  /** What a cache around us must know of the output. */
  readonly metadata: Promise<Followed>
  readonly report: Promise<FragmentReport>
}

/**
 * Serves one fragment: from the store, from a fill that is under way, or from a fill of its own.
 *
 * @throws {ContentCacheTypeError} for bad `name`, `vary`, `version`, `ttl`, `swr`, `exportAs`;
 * {@link ContentCacheError} CC_FRAGMENT_IN_ITSELF; and whatever the children throw.
 */
export async function serve<T>(engine: Engine, request: ServeRequest<T>): Promise<Served<T>> {
  const parent = currentCapture()
  const { key, ...checked } = checkedRequest(request)
  request.keyed?.(key)
  const fragment: FragmentRef = { name: request.name, key, parent: enclosingKey(parent) }
  const fill: FillRequest = {
    ...request,
    ...checked,
    fragment,
    canShow: async (entry) => (await readable(entry)) !== undefined,
  }
  refuseSelfNesting(parent, fragment)
  // Inside a fill or a page that Next stores, an old copy would be stored once more, under another name.
  const embedded = request.embed || request.rebuild !== undefined || fragment.parent !== undefined

  const followed = deferred<Followed>()
  // The parent must know of us before anything is awaited, or it could be final without us.
  parent?.follow(followed.promise)
  followed.promise.catch(() => {})
  let now: number | undefined
  /** On the host's clock: the store told its time no earlier. */
  let asked = request.now()
  try {
    const passed = request.pass && (await servePassed(request.pass))
    const served = passed ?? (await serveLookedUp(await lookUp(embedded)))
    followed.resolve(served.metadata)
    return served
  } catch (error) {
    followed.reject(error)
    throw error
  }

  async function lookUp(shared: boolean): Promise<Lookup | undefined> {
    const { scope } = request
    asked = request.now()
    try {
      return await engine.lookup({ key, age: () => request.now() - request.began, shared, scope })
    } catch (error) {
      engine.events.emit({ type: 'store-error', operation: 'lookup', error })
      return undefined
    }
  }

  async function servePassed(pass: Pass): Promise<Served<T> | undefined> {
    const passed = pass.get(key)
    if (passed === undefined) return undefined
    const value = await request.decode(passed.payload)
    return {
      value,
      now: passed.now,
      metadata: Promise.resolve(passed.metadata),
      report: Promise.resolve(passed.report),
    }
  }

  async function serveLookedUp(found: Lookup | undefined): Promise<Served<T>> {
    now = found?.now
    if (found === undefined) return serveFill(fly(undefined), 'absent')
    const freshness = freshnessOf(found, request.judge, request.now() - asked)
    const copy = freshness.state === 'none' ? undefined : await readable(freshness.entry)
    if (freshness.state === 'fresh' && copy)
      return serveCopy(copy.value, freshness.entry, undefined, !isShared(found))
    // A local copy that will not do says nothing of the moment from which on a fill may be trusted.
    if (!isShared(found)) return serveLookedUp(await lookUp(true))
    if (freshness.state === 'none') return serveFill(fly(found), freshness.reason)
    if (copy === undefined || freshness.state === 'fresh') return serveFill(fly(found), 'unreadable')
    const { entry, reason } = freshness
    const flight = fly(found)
    if (embedded) return serveFillOrCopy(flight, copy.value, entry, reason)
    return serveCopy(copy.value, entry, reason)
  }

  /** The flight to wait for: one under way if its data is new enough, or one of our own. */
  function fly(found: SharedLookup | undefined): { flight: Flight; joined: boolean } {
    const { began } = request
    const underWay = found && engine.flights.joinable(key, { began, current: found.current }, parent)
    const shared = !request.alone && !engine.flights.deadlocks(key, parent)
    const flight = underWay ?? startFill(engine, fill, { parent, found, shared })
    engine.flights.nest(parent, flight)
    return { flight, joined: underWay !== undefined }
  }

  async function readable(entry: Entry): Promise<{ value: T } | undefined> {
    try {
      return { value: await request.decode(entry.payload) }
    } catch {
      return undefined
    }
  }

  function serveCopy(value: T, entry: Entry, stale?: StaleReason, local = false): Served<T> {
    const { dependencies, staleAt, goneAt } = entry
    const report = tellCopy(engine, { fragment, entry, now, stale, local })
    const metadata = { dependencies: new Set(dependencies), staleAt, goneAt, refusal: undefined }
    request.pass?.set(key, { payload: entry.payload, now, metadata, report })
    return { value, now, metadata: Promise.resolve(metadata), report: Promise.resolve(report) }
  }

  async function serveFill(
    { flight, joined }: ReturnType<typeof fly>,
    reason: MissReason,
  ): Promise<Served<T>> {
    announce(joined, reason)
    const body = await flight.body
    const value = await shown(flight, body)
    const finals = finalsOf(flight, joined, reason)
    if (request.rebuild === undefined) return { value, now, ...finals }
    const done = rebuilt(flight, request.rebuild)
    // Readers may have joined the fill around, and are shown what there is; it waits until this one is final.
    if (parent === undefined) await done
    return { value, now, report: finals.report, metadata: done.then(() => finals.metadata) }
  }

  /**
   * What comes in one go has nothing to stream: then it is served as it is stored, which is less work than to
   * show it twice. Where the output goes into a cache, all of it is awaited anyway.
   */
  async function shown(flight: Flight, body: Replay | Entry): Promise<T> {
    if (!('stream' in body)) return request.decode(body.payload)
    const stored = request.compact && (await storedSoon(flight, body))
    return stored ? request.decode(stored.payload, stored.decoded) : request.decode(body.stream())
  }

  async function storedSoon(flight: Flight, body: Replay): Promise<StoredOutput | undefined> {
    if (request.embed) return flight.stored
    await body.begun
    const complete = await withinTurns(
      body.bytes.catch(() => undefined),
      TURNS_TO_END,
    )
    return complete && withinTurns(flight.stored, TURNS_TO_STORE)
  }

  /** Fail-safe: waits for the whole fill, because a stream that has begun could not be taken back. */
  async function serveFillOrCopy(
    { flight, joined }: ReturnType<typeof fly>,
    copy: T,
    entry: Entry,
    reason: StaleReason,
  ): Promise<Served<T>> {
    announce(joined, reason)
    const { payload, refusal } = await flight.outcome
    const isShown = payload !== undefined && !(refusal && isFailure(refusal))
    if (request.rebuild) await rebuilt(flight, request.rebuild, !isShown)
    if (isShown) {
      const decoded = (await flight.stored)?.decoded
      return { value: await request.decode(payload, decoded), now, ...finalsOf(flight, joined, reason) }
    }
    engine.events.emit({ type: 'fail-safe', fragment, reason: refusal ?? 'error', age: ageOf(entry, now) })
    const { report } = serveCopy(copy, entry, reason)
    const { dependencies, staleAt, goneAt } = entry
    const metadata = { dependencies: new Set(dependencies), staleAt, goneAt, refusal: 'nested' } as const
    return { value: copy, now, metadata: Promise.resolve(metadata), report }
  }

  /**
   * Where nothing is stored that might be another time, the page is to come up once more: no fragment was left by
   * which the next expiry, or the one that came in between, could find it.
   */
  async function rebuilt(flight: Flight, rebuild: Rebuild, behindCopy = false): Promise<void> {
    const { route } = rebuild
    if (route === undefined || !mayBeStoredYet(await flight.outcome, behindCopy)) return
    rebuild.again ??= tolerate(engine, 'rebuild', async () => engine.store.rebuild?.(route))
    await rebuild.again
  }

  function announce(joined: boolean, reason: MissReason): void {
    engine.events.emit(joined ? { type: 'join', fragment } : { type: 'miss', fragment, reason })
  }

  function finalsOf(
    flight: Flight,
    joined: boolean,
    reason: MissReason,
  ): Pick<Served<T>, 'metadata' | 'report'> {
    const { token, readSince } = flight
    const metadata = flight.metadata.then((final): Followed => ({ token, ...final, readSince }))
    const report = flight.outcome.then(async ({ dependencies, commit, refusal, payload, ms }) => {
      const told: FragmentReport = {
        ...fragment,
        outcome: joined ? 'join' : 'miss',
        reason: refusal ?? (commit && commit !== 'committed' ? commit : reason),
        ageSeconds: null,
        dependencies,
        stored: commit === 'committed',
        bytes: payload?.byteLength ?? 0,
        makeup: payload && makeupOf(payload),
        ms,
      }
      if (payload) request.pass?.set(key, { payload, now, metadata: await metadata, report: told })
      return told
    })
    return { metadata, report }
  }
}

/**
 * It was overtaken by a change, or the store failed; all else would be refused again.
 *
 * @param behindCopy an older copy is shown in its place: nobody but us knows that the render failed
 */
function mayBeStoredYet({ commit, refusal }: Outcome, behindCopy: boolean): boolean {
  if (refusal === 'error' || refusal === 'timeout') return behindCopy
  if (refusal !== undefined) return refusal === 'store-down'
  return commit === undefined || commit === 'fenced' || commit === 'unverifiable'
}

function isShared(found: Lookup): found is SharedLookup {
  return found.token !== undefined
}

function enclosingKey(capture: Capture | undefined): string | undefined {
  return capture && (capture.key ?? enclosingKey(capture.parent))
}

function refuseSelfNesting(parent: Capture | undefined, { name, key }: FragmentRef): void {
  const path = [name]
  for (let outer = parent; outer; outer = outer.parent) {
    path.unshift(outer.label)
    if (outer.key === key) throw contentCacheError('CC_FRAGMENT_IN_ITSELF', [name, path.join(' > ')])
  }
}
