import { getMemoryCache } from 'next/dist/server/lib/incremental-cache/memory-cache.external.js'
import {
  areTagsExpired,
  tagsManifest,
} from 'next/dist/server/lib/incremental-cache/tags-manifest.external.js'
import { getGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import { monotonicNow } from './monotonicNow.ts'
import { type NextRequest, openRequest } from './nextRequest.ts'
import { isRenderTagged, parseRenderStart } from './renderTag.ts'

/**
 * Next decides whether a page is expired by two times: when the page was stored, and when its tag was expired. It takes
 * them from different clocks, and which ones depends on the version:
 *
 * | | pages stored | tags expired | compared with |
 * |---|---|---|---|
 * | 16.1, 16.2 | wall | wall | wall |
 * | 16.3, 16.4 | wall | wall | monotonic |
 * | 16.5 canary | monotonic | monotonic | monotonic |
 *
 * A file without a date of its own counts from its modification time, by the wall clock of the process that wrote it. So a step
 * of the wall clock hides expiries. Two modules hold these times for the whole process, and both are replaced here at
 * the seam where times enter: every time that Next keeps in memory is then one of the monotonic clock.
 */
type TagEntry = NonNullable<ReturnType<typeof tagsManifest.get>>

/** An entry of Next's memory cache, as far as it is used here. */
interface MemoryCacheEntry {
  lastModified?: number
  readonly value: {
    readonly headers?: Record<string, unknown>
    readonly tags?: readonly string[]
  } | null
}

interface MemoryCache {
  /** The nodes of the cache by key. */
  readonly cache?: Map<string, { readonly data: MemoryCacheEntry }>
  get(key: string): MemoryCacheEntry | undefined
  set(key: string, data: MemoryCacheEntry): unknown
}

/** Milliseconds within which a time is one that was read just now. */
const JUST_NOW_MS = 20
/** The same for a loop over many tags that reads the clock once. */
const SAME_CALL_MS = 1000
const TAGS_HEADER = 'x-next-cache-tags'
/** Milliseconds that the render of a page may take, where nothing dates its start. */
export const LONGEST_RENDER = 32_000
/** Older than any expiry. Not 0, which Next takes for "not known". */
const LONG_AGO = 1
/** Next's own default, which counts where Next has no memory cache: what is made here is then not used. */
const DEFAULT_SIZE = 50 * 1024 * 1024

/** The entry of a tag, on the monotonic clock. */
export function readTag(tag: string): TagEntry | undefined {
  return Map.prototype.get.call(tagsManifest, tag)
}

/** Of the process: whether Next keeps pages where their times are put on one clock. */
const state = getGlobalSingleton('oneClock', () => ({
  installed: false,
  datesPages: true,
  handlerDatesByWall: true,
}))

/** Puts Next's times on the monotonic clock, once per process. */
export function patchNextClocks(): void {
  if (state.installed) return
  state.installed = true
  installPatches()
}

/**
 * Notes whether Next keeps pages in its memory cache. With a cache handler of the site's own, or with
 * `cacheMaxMemorySize: 0`, it does not: then all times stay as Next makes them, because half of them would be worse.
 */
export function detectPageCache(request: NextRequest): void {
  const handler = openRequest(request).incrementalCache?.cacheHandler
  if (handler === undefined) return
  state.handlerDatesByWall = usesWallClock(handler.set)
  state.datesPages = (handler.constructor as { memoryCache?: object }).memoryCache !== undefined
}

/** Whether Next's pages are dated by the start of their render, on the clock of `now()`. */
export function arePagesDated(): boolean {
  return state.datesPages
}

/** The times of a tag that is revalidated now. Where pages have times of both clocks, neither calls an expiry to come. */
export function createRevalidationTimes(): { readonly stale: number; readonly expired: number } {
  const time = monotonicNow()
  if (state.datesPages || !state.handlerDatesByWall) return { stale: time, expired: time }
  const wall = Date.now()
  return { stale: Math.max(time, wall), expired: Math.min(time, wall) }
}

/**
 * Whether a tag was expired after `since`, on the clock of `now()`. Next's own answer depends on the wall clock before
 * 16.3.
 */
export function isExpiredSince(tags: Iterable<string>, since: number): boolean {
  const time = monotonicNow()
  for (const tag of tags) {
    const expired = readTag(tag)?.expired
    if (expired !== undefined && expired > since && expired <= time) return true
  }
  return false
}

function installPatches(): void {
  const comparesByWall = usesWallClock(areTagsExpired)
  let lastExpiry = 0

  tagsManifest.set = (tag, entry) => {
    const dated = state.datesPages ? toMonotonicEntry(tag, entry) : entry
    if (dated.expired !== undefined && dated.expired <= monotonicNow())
      lastExpiry = Math.max(lastExpiry, dated.expired)
    return Map.prototype.set.call(tagsManifest, tag, dated) as typeof tagsManifest
  }

  // Next makes the memory cache with the size of its configuration before it looks at a tag. To ask earlier would make
  // one of another size.
  tagsManifest.get = (tag) => {
    if (comparesByWall) tagsManifest.get = readByWall
    else Reflect.deleteProperty(tagsManifest, 'get')
    dateMemoryCache()
    return tagsManifest.get(tag)
  }

  /** For a comparison with the wall clock: an expiry of the past stays one when the clock is set back, and one to come when it is set ahead. */
  function readByWall(tag: string): TagEntry | undefined {
    const entry = readTag(tag)
    if (entry?.expired === undefined) return entry
    const wall = Date.now()
    const isPast = entry.expired <= monotonicNow()
    if (isPast === entry.expired <= wall) return entry
    return { ...entry, expired: isPast ? wall : Infinity }
  }

  function dateMemoryCache() {
    const memory = getMemoryCache(DEFAULT_SIZE) as unknown as MemoryCache
    const get = memory.get.bind(memory)
    const set = memory.set.bind(memory)
    const date = (data: MemoryCacheEntry) => {
      data.lastModified = getRenderDate(data)
      markIfExpired(data)
    }
    for (const { data } of memory.cache?.values() ?? []) date(data)
    memory.set = (key, data) => {
      // After a render that failed, Next stores the page that it had, and waits before it tries again.
      const isSameValue = data.value !== null && get(key)?.value === data.value
      if (isSameValue) data.lastModified = monotonicNow()
      else date(data)
      return set(key, data)
    }
    if (!comparesByWall) return
    memory.get = (key) => {
      const data = get(key)
      if (data !== undefined) markIfExpired(data)
      return data
    }
  }

  /** Where Next itself would take an expiry for one to come. */
  function markIfExpired(data: MemoryCacheEntry) {
    if (!comparesByWall || Date.now() >= lastExpiry) return
    if (isExpiredSince(getTags(data), data.lastModified ?? 0)) data.lastModified = LONG_AGO
  }
}

/** What was stamped with "now", by either clock, is stamped by the monotonic one. */
function toMonotonicEntry(tag: string, entry: TagEntry): TagEntry {
  const previous = readTag(tag)
  const time = monotonicNow()
  const isStaled = entry.stale !== undefined && entry.stale !== previous?.stale
  // Infinity is an expiry to come that `readByWall` has given out: it is written back with the rest of the entry.
  const isExpired =
    entry.expired !== undefined && entry.expired !== previous?.expired && entry.expired < Infinity
  const stamp = isStaled ? entry.stale : isExpired ? entry.expired : undefined
  if (stamp === undefined || !isNow(stamp, SAME_CALL_MS)) return entry
  const dated = {
    ...entry,
    ...(previous?.expired !== undefined && { expired: previous.expired }),
    ...(isStaled && { stale: time }),
  }
  if (!isExpired || entry.expired === undefined) return dated
  const expired = time + (entry.expired - stamp)
  // A refresh lets a tag expire in a year. An expiry before it, which no visitor may have seen yet, is not to be lost.
  const isRefreshed = isObjectTag(tag) && expired > time && (previous?.expired ?? Infinity) <= time
  return isRefreshed ? dated : { ...dated, expired }
}

/** When what Next keeps was made: the start of the render, because an expiry may have met the page under way. */
function getRenderDate({ lastModified, value }: MemoryCacheEntry): number {
  const time = monotonicNow()
  const tags = value?.headers?.[TAGS_HEADER]
  const ours = typeof tags === 'string' && tags.includes('rcc') ? tags : undefined
  const since = ours === undefined ? undefined : parseRenderStart(ours)
  if (since !== undefined) return since
  // A page that another process has stored: no clock tells which of this process's expiries it follows, so it counts as
  // older than all of them.
  const beforeAll = Math.min(lastModified ?? Infinity, performance.timeOrigin)
  if (ours && isRenderTagged(ours)) return beforeAll
  if (lastModified === undefined || isNow(lastModified, JUST_NOW_MS)) {
    // Without a fragment nothing dates the render: an expiry not long ago may have met it under way.
    const earliest = time - LONGEST_RENDER
    return ours && isExpiredSince(ours.split(','), earliest) ? earliest : time
  }
  // Of a build.
  if (ours?.includes('rcc:')) return beforeAll
  return Math.min(lastModified + time - Date.now(), time)
}

function usesWallClock(of: unknown): boolean {
  return /\bDate\.now\(/.test(String(of))
}

function isObjectTag(tag: string): boolean {
  return tag.startsWith('rcc:') && !tag.startsWith('rcc:page:')
}

function getTags({ value }: MemoryCacheEntry): readonly string[] {
  const header = value?.headers?.[TAGS_HEADER]
  return typeof header === 'string' ? header.split(',') : (value?.tags ?? [])
}

function isNow(time: number, within: number): boolean {
  return Math.abs(time - Date.now()) <= within || Math.abs(time - monotonicNow()) <= within
}
