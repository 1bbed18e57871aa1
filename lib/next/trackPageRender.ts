import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { isBuildTime, type NextRequest } from './internals/nextRequest.ts'
import { arePagesDated, LONGEST_RENDER } from './internals/patchNextClocks.ts'
import { now } from './requestScope.ts'

/**
 * Where pages are not dated by the start of their render (see `patchNextClocks.ts`), Next dates them by the moment at which
 * they are stored. An expiry during the render would then look older than the page. So each render carries tags of its
 * own, and an expiry that meets a page under way lets these expire a little later, when the page has been stored.
 */
interface PendingPageRender {
  readonly id: number
  readonly since: number
  readonly tags: Set<string>
}

/** Seconds after the expiry: soon for a quick page, and still for a slow one. */
const DELAYS_S = [1, 2, 4, 8, 16, 32]
/** Expired tags that are remembered at a time. */
const MAX_TAGS = 20_000
/** Ids are used again, because Next never forgets a tag. Two pages with one id cost a render, no more. */
const MAX_IDS = 512

const pages = getGlobalSingleton('pagesUnderWay', () => ({
  pending: new Set<PendingPageRender>(),
  byRequest: new WeakMap<NextRequest, PendingPageRender>(),
  /** Tag to the moment of its last expiry. */
  expired: new Map<string, number>(),
  /** The moment up to which any tag may have been expired: too many tags were expired to remember each. */
  anyExpired: -Infinity,
  createdCount: 0,
}))

/** @returns the tags that the page rendered for `request` is to carry in addition to `tags`. */
export function trackPageRender(request: NextRequest, tags: Iterable<string>): string[] {
  // Next's build renders every page in one go, and nothing expires meanwhile.
  if (isBuildTime(request) || arePagesDated()) return []
  let page = pages.byRequest.get(request)
  if (page === undefined) {
    prune()
    page = { id: pages.createdCount++ % MAX_IDS, since: now(), tags: new Set() }
    pages.pending.add(page)
    pages.byRequest.set(request, page)
  }
  for (const tag of tags) page.tags.add(tag)
  return DELAYS_S.map((seconds) => createDelayedTag(page.id, seconds))
}

/** What to expire later, besides `tags` now. */
export function getDelayedExpiries(tags: readonly string[]): { tag: string; seconds: number }[] {
  prune()
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

/** Whether one of the tags was expired here after `moment` (on the clock of `now()`). */
export function hasExpiredSince(tags: readonly string[], time: number): boolean {
  return tags.some((tag) => (pages.expired.get(tag) ?? pages.anyExpired) >= time)
}

function prune() {
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
