import type { FragmentRef } from '../../core/events.ts'
import type { Token } from '../../core/fragmentStore.ts'
import { monotonicNow } from '../../core/monotonicNow.ts'
import { withTimeout } from '../../core/withTimeout.ts'
import { getCurrentRoute } from '../getFragmentRoute.ts'
import { forgetCompletedResults } from '../internals/forgetCompletedResults.ts'
import { getCurrentWork, isStoringOutput } from '../internals/renderContext.ts'
import { isInRebuild } from '../isRebuildRequest.ts'
import { createEntryRef, type HandlerRuntime, tryGetRuntime } from './handlerRuntime.ts'
import { getNextHandlers } from './nextHandlers.ts'
import { decodeParts, encodeParts } from './payloadParts.ts'
import { readEntry } from './readEntry.ts'
import { getMissReason, reportRead } from './reportRead.ts'
import { storeEntry } from './storeEntry.ts'
import type { TagDurations } from './tagInvalidator.ts'
import { toFiniteSeconds } from './toFiniteSeconds.ts'
import { getRootParamTags, toObjects, toTags } from './toObjects.ts'

/** A result of a `'use cache'` function, as Next passes it. Lifetimes are in seconds. */
export interface UseCacheEntry {
  readonly value: ReadableStream<Uint8Array>
  readonly tags: string[]
  /** For the router of the browser. */
  readonly stale: number
  /** When its fill began: milliseconds since 1970, on the monotonic clock of this process. */
  readonly timestamp: number
  readonly expire: number
  readonly revalidate: number
}

/** The interface of Next for the caches of `'use cache'`. */
export interface UseCacheHandler {
  get(cacheKey: string, softTags: string[]): Promise<UseCacheEntry | undefined>
  set(cacheKey: string, pendingEntry: Promise<UseCacheEntry>): Promise<void>
  refreshTags(): Promise<void>
  getExpiration(tags: string[]): Promise<number>
  updateTags(tags: string[], durations?: TagDurations): Promise<void>
}

/** What a payload has beside the value. */
interface UseCacheMetadata {
  readonly stale: number
  readonly expire: number
  readonly revalidate: number
  /** Tags that are no dependencies. */
  readonly otherTags: readonly string[]
  /** The clock of the store from which on the data is: an expiry of a path after it counts. */
  readonly clock: number
}

interface DecodedEntry extends UseCacheMetadata {
  readonly tags: readonly string[]
  readonly value: Uint8Array
}

/** Bytes of a decoded entry besides its value. */
const DECODED_OVERHEAD = 1024
/** Larger results are not stored. Redis has a limit of its own, which counts the compressed bytes. */
const MAX_VALUE_BYTES = 64 * 1024 * 1024
/** Bytes of one chunk of a value, so that a large value is not copied in one turn. */
const CHUNK_BYTES = 256 * 1024

/**
 * Creates the handler for `cacheHandlers`, which Next calls for `'use cache'`. It never throws, except for an expiry that
 * the store does not accept.
 *
 * @param getRuntime called at the first use
 * @param getBuild the id of the build, for keys
 */
export function createUseCacheHandler(
  getRuntime: () => HandlerRuntime,
  getBuild: () => string,
): UseCacheHandler {
  /** Fills whose value is still streamed. A reader of this process waits for them. */
  const pendingSets = new Map<string, Promise<void>>()

  /** Nothing may throw here: Next would wait for ever. */
  const activate = () => {
    const runtime = tryGetRuntime(getRuntime)
    if (runtime) getNextHandlers().useCache = runtime.fragmentStore
    return runtime
  }

  return {
    async get(cacheKey, softTags) {
      const runtime = activate()
      if (runtime === undefined) return undefined
      forgetCompletedResults(getCurrentWork())
      try {
        const pendingSet = pendingSets.get(cacheKey)
        if (pendingSet) await waitForSet(runtime, pendingSet)
        return await readResult(runtime, createEntryRef('next/use-cache', cacheKey, getBuild()), softTags)
      } catch (error) {
        runtime.engine.events.emit({ type: 'pages-error', error })
        return undefined
      }
    },

    async set(cacheKey, pendingEntry) {
      const runtime = activate()
      if (runtime === undefined) return
      const setting = writeResult(runtime, cacheKey, getBuild, pendingEntry)
      pendingSets.set(cacheKey, setting)
      await setting
      if (pendingSets.get(cacheKey) === setting) pendingSets.delete(cacheKey)
    },

    async refreshTags() {
      activate()
    },

    // The tags of paths come with each `get`.
    async getExpiration() {
      activate()
      return Infinity
    },

    async updateTags(tags, durations) {
      activate()
      await getRuntime().invalidateTags(tags, durations)
    },
  }
}

/** Waits within the time that a fill may take. Then the reader gets what is stored. */
async function waitForSet({ engine }: HandlerRuntime, pendingSet: Promise<void>): Promise<void> {
  const { fillTimeout } = engine.limits
  await withTimeout(pendingSet, fillTimeout, () => new Error('The fill takes too long.')).catch(() => {})
}

async function readResult(
  runtime: HandlerRuntime,
  ref: FragmentRef,
  softTags: readonly string[],
): Promise<UseCacheEntry | undefined> {
  // Data in a page or in another cache must not be older than the expiries that its own token covers. A worker waits
  // for fresh data.
  const shared = isStoringOutput() || isInRebuild()
  const read = await readEntry(runtime, ref, { shared, softTags })
  const decoded = read?.entry && decode(runtime, read.entry)
  const missReason = getMissReason(read, decoded, shared)
  if (!read?.entry || !decoded || missReason !== undefined) {
    runtime.engine.events.emit({ type: 'miss', fragment: ref, reason: missReason ?? 'absent' })
    return undefined
  }
  const { entry, now, isMarkedStale } = read
  reportRead(runtime, ref, read, entry)
  const ageMs = Math.max(0, now - entry.createdAt)
  return {
    value: toStream(decoded.value),
    tags: [...decoded.tags],
    stale: decoded.stale,
    timestamp: monotonicNow() - ageMs,
    expire: decoded.expire,
    // A negative value makes Next serve the entry, and replace it.
    revalidate: isMarkedStale ? -1 : decoded.revalidate,
  }
}

/** Stores a result, unless it shows anything that was expired since its fill began. */
async function writeResult(
  runtime: HandlerRuntime,
  cacheKey: string,
  getBuild: () => string,
  pendingEntry: Promise<UseCacheEntry>,
): Promise<void> {
  const route = getCurrentRoute()
  // An error of the fill has reached the page.
  const entry = await pendingEntry.catch(() => undefined)
  if (entry === undefined) return
  const dependencies = toObjects(entry.tags)
  const fill = runtime.refusedFills.begin(dependencies)
  let token: Token | undefined
  try {
    const ref = createEntryRef('next/use-cache', cacheKey, getBuild())
    const ageMs = () => monotonicNow() - entry.timestamp
    const startedAt = performance.now() - ageMs()
    const bytes = await readStream(entry)
    const read = await readEntry(runtime, ref, { shared: true, ageMs })
    token = read?.token
    const limited = token && (await fill.limitToken(token, startedAt))
    if (bytes === undefined || read === undefined || limited === undefined) return fill.refuse(token)
    const createdAt = read.now - ageMs()
    const { stale, expire, revalidate } = entry
    const metadata: UseCacheMetadata = {
      stale: toFiniteSeconds(stale),
      expire: toFiniteSeconds(expire),
      revalidate: toFiniteSeconds(revalidate),
      otherTags: getRootParamTags(entry.tags),
      clock: limited.clock,
    }
    const times = {
      createdAt,
      staleAt: createdAt + revalidate * 1000,
      discardAt: createdAt + expire * 1000,
      startedAt,
    }
    const payload = await encodeParts({ metadata, parts: [bytes] })
    const result = await storeEntry(runtime, ref, { ...times, dependencies, route, payload }, limited)
    if (result === 'committed') fill.end()
    else fill.refuse(token)
  } catch (error) {
    fill.refuse(token)
    runtime.engine.events.emit({ type: 'pages-error', error })
  }
}

function decode(
  { engine, namespace }: HandlerRuntime,
  { payload, dependencies }: { readonly payload: Uint8Array; readonly dependencies: readonly string[] },
): DecodedEntry | undefined {
  const { derived } = engine.store
  const known = derived?.get(payload) as DecodedEntry | undefined
  if (known !== undefined) return known
  const decoded = decodeParts<UseCacheMetadata, DecodedEntry>(payload, ({ metadata, parts: [value] }) => {
    if (value === undefined) return undefined
    return { ...metadata, tags: [...toTags(dependencies, namespace), ...metadata.otherTags], value }
  })
  if (decoded !== undefined) derived?.set(payload, decoded, decoded.value.byteLength + DECODED_OVERHEAD)
  return decoded
}

/** @returns nothing when the value is too large, or has no lifetime. A stream that fails rejects. */
async function readStream({ value, expire, revalidate }: UseCacheEntry): Promise<Buffer | undefined> {
  const reader = value.getReader()
  // Next asks for these again at each request, but other requests may have joined the fill.
  if (expire <= 0 || revalidate === 0) {
    await reader.cancel()
    return undefined
  }
  const chunks: Uint8Array[] = []
  let length = 0
  while (true) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks, length)
    length += value.byteLength
    if (length > MAX_VALUE_BYTES) {
      await reader.cancel()
      return undefined
    }
    chunks.push(value)
  }
}

function toStream(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let offset = 0
  return new ReadableStream({
    pull(controller) {
      // A copy, because the reader may transfer or change it. `slice` of a Buffer copies nothing.
      if (offset < bytes.byteLength)
        controller.enqueue(new Uint8Array(bytes.subarray(offset, (offset += CHUNK_BYTES))))
      if (offset >= bytes.byteLength) controller.close()
    },
  })
}
