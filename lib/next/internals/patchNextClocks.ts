import { getMemoryCache } from 'next/dist/server/lib/incremental-cache/memory-cache.external.js'
import {
  areTagsExpired,
  tagsManifest,
} from 'next/dist/server/lib/incremental-cache/tags-manifest.external.js'
import { defineGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import { monotonicNow } from '../../core/monotonicNow.ts'
import { type NextWork, openWork } from './nextWork.ts'
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
 * A file without a date of its own counts from its modification time, by the wall clock of the process that wrote it.
 * So a step of the wall clock hides expiries. Two modules hold these times for the whole process. Both are patched here
 * where times enter, so that every time that Next keeps in memory is one of the monotonic clock.
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

/** Milliseconds. A time that differs less from now was read just now. */
const JUST_NOW_MS = 20
/** Milliseconds. The tolerance for a loop over many tags that reads the clock once. */
const SAME_CALL_MS = 1000
const TAGS_HEADER = 'x-next-cache-tags'
/** Milliseconds that the render of a page may take, where the start of the render is unknown. */
export const LONGEST_RENDER = 32_000
/** Older than any expiry. Not 0, which means "unknown" to Next. */
const LONG_AGO = 1
/** Next's own default. It counts only where Next has no memory cache. The cache that is made here is then not used. */
const DEFAULT_SIZE = 50 * 1024 * 1024

/** The entry of a tag, on the monotonic clock. */
export function readTag(tag: string): TagEntry | undefined {
  return Map.prototype.get.call(tagsManifest, tag)
}

/** The state of the process. */
const getPatchState = defineGlobalSingleton('oneClock', () => ({
  isInstalled: false,
  /** Whether Next keeps pages in its memory cache, where their times are put on the monotonic clock. */
  hasDatedPages: true,
  /** Whether the cache handler dates pages by the wall clock. */
  isHandlerOnWallClock: true,
}))

/** Puts Next's times on the monotonic clock, once per process. */
export function patchNextClocks(): void {
  const state = getPatchState()
  if (state.isInstalled) return
  state.isInstalled = true
  installPatches()
}

/**
 * Notes whether Next keeps pages in its memory cache. With a cache handler of the site's own, or with
 * `cacheMaxMemorySize: 0`, it does not. Then all times stay as Next makes them, because a change of only half of
 * them would be worse.
 */
export function detectPageCache(work: NextWork): void {
  const handler = openWork(work).incrementalCache?.cacheHandler
  if (handler === undefined) return
  getPatchState().isHandlerOnWallClock = usesWallClock(handler.set)
  getPatchState().hasDatedPages = (handler.constructor as { memoryCache?: object }).memoryCache !== undefined
}

/** Whether Next's pages are dated by the start of their render, on the clock of `now()`. */
export function arePagesDated(): boolean {
  return getPatchState().hasDatedPages
}

/**
 * The times of a tag that is revalidated now. Where pages may have times of either clock, the expiry is in the past on
 * both.
 */
export function createRevalidationTimes(): { readonly stale: number; readonly expired: number } {
  const time = monotonicNow()
  const { hasDatedPages, isHandlerOnWallClock } = getPatchState()
  if (hasDatedPages || !isHandlerOnWallClock) return { stale: time, expired: time }
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
    const monotonicEntry = getPatchState().hasDatedPages ? toMonotonicEntry(tag, entry) : entry
    if (monotonicEntry.expired !== undefined && monotonicEntry.expired <= monotonicNow())
      lastExpiry = Math.max(lastExpiry, monotonicEntry.expired)
    return Map.prototype.set.call(tagsManifest, tag, monotonicEntry) as typeof tagsManifest
  }

  // Next makes the memory cache with the configured size before it looks at a tag. An earlier call would make one of
  // another size.
  tagsManifest.get = (tag) => {
    if (comparesByWall) tagsManifest.get = readByWall
    else Reflect.deleteProperty(tagsManifest, 'get')
    dateMemoryCache()
    return tagsManifest.get(tag)
  }

  /**
   * Adapts an entry for a comparison with the wall clock. An expiry in the past stays in the past when the clock is set
   * back, and one in the future stays in the future when the clock is set ahead.
   */
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
      // After a failed render, Next stores the page from before again, and waits until the next attempt.
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

  /** Marks a page as expired where Next itself would take the expiry for one in the future. */
  function markIfExpired(data: MemoryCacheEntry) {
    if (!comparesByWall || Date.now() >= lastExpiry) return
    if (isExpiredSince(getTags(data), data.lastModified ?? 0)) data.lastModified = LONG_AGO
  }
}

/** Replaces times that were read just now, from either clock, by the time of the monotonic clock. */
function toMonotonicEntry(tag: string, entry: TagEntry): TagEntry {
  const previous = readTag(tag)
  const time = monotonicNow()
  const isStaled = entry.stale !== undefined && entry.stale !== previous?.stale
  // `readByWall` has returned Infinity for an expiry in the future, and Next writes it back with the rest of the entry.
  const isExpired =
    entry.expired !== undefined && entry.expired !== previous?.expired && entry.expired < Infinity
  const stamp = isStaled ? entry.stale : isExpired ? entry.expired : undefined
  if (stamp === undefined || !isNow(stamp, SAME_CALL_MS)) return entry
  const stampedEntry = {
    ...entry,
    ...(previous?.expired !== undefined && { expired: previous.expired }),
    ...(isStaled && { stale: time }),
  }
  if (!isExpired || entry.expired === undefined) return stampedEntry
  const expired = time + (entry.expired - stamp)
  // A refresh lets a tag expire in a year. An earlier expiry must not be lost, because a visit may not have shown it
  // yet.
  const isRefreshed = isObjectTag(tag) && expired > time && (previous?.expired ?? Infinity) <= time
  return isRefreshed ? stampedEntry : { ...stampedEntry, expired }
}

/** When the render of an entry began. The start counts, because an expiry may have come during the render. */
function getRenderDate({ lastModified, value }: MemoryCacheEntry): number {
  const time = monotonicNow()
  const tags = value?.headers?.[TAGS_HEADER]
  const libraryTags = typeof tags === 'string' && tags.includes('rcc') ? tags : undefined
  const since = libraryTags === undefined ? undefined : parseRenderStart(libraryTags)
  if (since !== undefined) return since
  // Another process has stored the page. No clock tells which expiries of this process came before that, so the page
  // counts as older than all of them.
  const beforeAllExpiries = Math.min(lastModified ?? Infinity, performance.timeOrigin)
  if (libraryTags && isRenderTagged(libraryTags)) return beforeAllExpiries
  if (lastModified === undefined || isNow(lastModified, JUST_NOW_MS)) {
    // Without a fragment the start of the render is unknown, and a recent expiry may have come during the render.
    const earliest = time - LONGEST_RENDER
    return libraryTags && isExpiredSince(libraryTags.split(','), earliest) ? earliest : time
  }
  // The page comes from a build.
  if (libraryTags?.includes('rcc:')) return beforeAllExpiries
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
