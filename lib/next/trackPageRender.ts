import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { isBuildTime, type NextWork } from './internals/nextWork.ts'
import { arePagesDated, LONGEST_RENDER } from './internals/patchNextClocks.ts'
import { now } from './requestScope.ts'

/**
 * A page that is being rendered. Where pages are not dated by the start of their render (see `patchNextClocks.ts`),
 * Next dates them by the time at which they are stored. An expiry during the render would then look older than the
 * page. So each render has tags of its own. An expiry during the render expires these tags a little later, when the
 * page has been stored.
 */
interface PendingPageRender {
  readonly id: number
  readonly since: number
  readonly tags: Set<string>
}

/** Seconds between an expiry and the expiries of these tags: soon for a quick page, and late enough for a slow one. */
const DELAYS_S = [1, 2, 4, 8, 16, 32]
/** Expired tags to remember. */
const MAX_TAGS = 20_000
/** Ids are reused, because Next never forgets a tag. Two pages with the same id cost no more than a render. */
const MAX_IDS = 512

const getPages = defineGlobalSingleton('pendingPages', () => ({
  pending: new Set<PendingPageRender>(),
  byWork: new WeakMap<NextWork, PendingPageRender>(),
  /** Tag to the time of its last expiry. */
  expired: new Map<string, number>(),
  /** Any tag may have been expired up to this time, because too many were expired to remember each. */
  anyExpired: -Infinity,
  createdCount: 0,
}))

/**
 * Notes that a page with `tags` is being rendered in `work`.
 *
 * @returns the tags that the page has to carry in addition
 */
export function trackPageRender(work: NextWork, tags: Iterable<string>): string[] {
  // Nothing expires during a build.
  if (isBuildTime(work) || arePagesDated()) return []
  const pages = getPages()
  let page = pages.byWork.get(work)
  if (page === undefined) {
    removeOldRenders()
    page = { id: pages.createdCount++ % MAX_IDS, since: now(), tags: new Set() }
    pages.pending.add(page)
    pages.byWork.set(work, page)
  }
  for (const tag of tags) page.tags.add(tag)
  return DELAYS_S.map((seconds) => createDelayedTag(page.id, seconds))
}

/**
 * Notes the expiry of `tags`.
 *
 * @returns the tags to expire later, for pages that are being rendered
 */
export function getDelayedExpiries(tags: readonly string[]): { tag: string; seconds: number }[] {
  const pages = getPages()
  removeOldRenders()
  const time = now()
  for (const tag of tags) {
    pages.expired.delete(tag)
    pages.expired.set(tag, time)
  }
  if (pages.expired.size > MAX_TAGS) {
    pages.expired.clear()
    pages.anyExpired = time
  }
  const affected = [...pages.pending].filter((page) => tags.some((tag) => page.tags.has(tag)))
  return affected.flatMap(({ id }) =>
    DELAYS_S.map((seconds) => ({ tag: createDelayedTag(id, seconds), seconds })),
  )
}

/** Whether one of the tags was expired in this process since `time`, on the clock of `now()`. */
export function hasExpiredSince(tags: readonly string[], time: number): boolean {
  const pages = getPages()
  return tags.some((tag) => (pages.expired.get(tag) ?? pages.anyExpired) >= time)
}

function removeOldRenders() {
  const pages = getPages()
  const oldest = now() - LONGEST_RENDER
  for (const page of pages.pending) if (page.since < oldest) pages.pending.delete(page)
  for (const [tag, time] of pages.expired) {
    if (time >= oldest) break
    pages.expired.delete(tag)
  }
}

function createDelayedTag(id: number, seconds: number): string {
  return `rcc:page:${id}:${seconds}`
}
