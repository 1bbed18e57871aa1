import { processWide } from '../core/processWide.ts'
import { LONGEST_RENDER, pagesAreDated } from './internals/oneClock.ts'
import type { WorkStore } from './internals/storages.ts'
import { now } from './requestScope.ts'

/**
 * Where pages are not dated by the start of their render (see `oneClock.ts`), Next dates them by the moment at which
 * they are stored. An expiry during the render would then look older than the page. So each render carries tags of its
 * own, and an expiry that meets a page under way lets these expire a little later, when the page has been stored.
 */
interface PageUnderWay {
  readonly id: number
  readonly since: number
  readonly tags: Set<string>
}

/** Seconds after the expiry: soon for a quick page, and still for a slow one. */
const LATER = [1, 2, 4, 8, 16, 32]
/** Expired tags that are remembered at a time. */
const MOST_TAGS = 20_000
/** Ids are used again, because Next never forgets a tag. Two pages with one id cost a render, no more. */
const IDS = 512

const pages = processWide('pagesUnderWay', () => ({
  underWay: new Set<PageUnderWay>(),
  of: new WeakMap<WorkStore, PageUnderWay>(),
  /** Tag to the moment of its last expiry. */
  expired: new Map<string, number>(),
  /** The moment up to which any tag may have been expired: too many tags were expired to remember each. */
  anyExpired: -Infinity,
  made: 0,
}))

/** @returns the tags that the page rendered for `workStore` is to carry in addition to `tags`. */
export function pageUnderWay(workStore: WorkStore, tags: Iterable<string>): string[] {
  // Next's build renders every page in one go, and nothing expires meanwhile.
  if (workStore.isBuildTimePrerendering || pagesAreDated()) return []
  let page = pages.of.get(workStore)
  if (page === undefined) {
    forgetOld()
    page = { id: pages.made++ % IDS, since: now(), tags: new Set() }
    pages.underWay.add(page)
    pages.of.set(workStore, page)
  }
  for (const tag of tags) page.tags.add(tag)
  return LATER.map((seconds) => laterTag(page.id, seconds))
}

/** What to expire later, besides `tags` now. */
export function laterExpiries(tags: readonly string[]): { tag: string; seconds: number }[] {
  forgetOld()
  const moment = now()
  for (const tag of tags) {
    pages.expired.delete(tag)
    pages.expired.set(tag, moment)
  }
  if (pages.expired.size > MOST_TAGS) {
    pages.expired.clear()
    pages.anyExpired = moment
  }
  const met = [...pages.underWay].filter((page) => tags.some((tag) => page.tags.has(tag)))
  return met.flatMap(({ id }) => LATER.map((seconds) => ({ tag: laterTag(id, seconds), seconds })))
}

/** Whether one of the tags was expired here after `moment` (on the clock of `now()`). */
export function expiredSince(tags: readonly string[], moment: number): boolean {
  return tags.some((tag) => (pages.expired.get(tag) ?? pages.anyExpired) >= moment)
}

function forgetOld() {
  const oldest = now() - LONGEST_RENDER
  for (const page of pages.underWay) if (page.since < oldest) pages.underWay.delete(page)
  for (const [tag, moment] of pages.expired) {
    if (moment >= oldest) break
    pages.expired.delete(tag)
  }
}

function laterTag(id: number, seconds: number): string {
  return `rcc:page:${id}:${seconds}`
}
