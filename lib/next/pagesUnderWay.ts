import { randomUUID } from 'node:crypto'
import { processWide } from '../core/processWide.ts'
import type { WorkStore } from './internals/storages.ts'

/**
 * Next dates a page by the moment it is stored, so an expiry while the page is being rendered looks older
 * than the page, and would pass it by for good. Each render of a page therefore carries tags of its own, and
 * an expiry that meets a page under way lets these expire a little later, when the page has been stored.
 */
interface PageUnderWay {
  readonly id: string
  readonly since: number
  readonly tags: Set<string>
}

/** Seconds after the expiry: soon for a quick page, and still for a slow one. */
const LATER = [1, 2, 4, 8, 16, 32]
const LONGEST_RENDER = 32_000

const pages = processWide('pagesUnderWay', () => new Set<PageUnderWay>())
const pageOf = processWide('pageOfWork', () => new WeakMap<WorkStore, PageUnderWay>())

/** @returns the tags that the page rendered for `workStore` is to carry in addition to `tags`. */
export function pageUnderWay(workStore: WorkStore, tags: Iterable<string>): string[] {
  // Next's build renders every page in one go, and nothing expires meanwhile.
  if (workStore.isBuildTimePrerendering) return []
  const now = performance.now()
  let page = pageOf.get(workStore)
  if (page === undefined) {
    for (const other of pages) if (other.since < now - LONGEST_RENDER) pages.delete(other)
    page = { id: randomUUID(), since: now, tags: new Set() }
    pages.add(page)
    pageOf.set(workStore, page)
  }
  for (const tag of tags) page.tags.add(tag)
  return LATER.map((seconds) => laterTag(page.id, seconds))
}

/** What to expire later, besides `tags` now. */
export function laterExpiries(tags: readonly string[]): { tag: string; seconds: number }[] {
  const now = performance.now()
  const met = [...pages].filter(
    ({ since, tags: shown }) => since >= now - LONGEST_RENDER && tags.some((tag) => shown.has(tag)),
  )
  return met.flatMap(({ id }) => LATER.map((seconds) => ({ tag: laterTag(id, seconds), seconds })))
}

function laterTag(id: string, seconds: number): string {
  return `rcc:page:${id}:${seconds}`
}
