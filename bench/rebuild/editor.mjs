import { setTimeout } from 'node:timers/promises'
import { PAGES, STORIES } from './site.mjs'

/**
 * Edits stories at a steady rate, a page after the other, so that each page has its rest between two edits.
 *
 * @param onEdit told of each: `{ story, page, version, at, acknowledged }`, `at` in milliseconds since 1970 when it was
 *   told of, the last on this process's clock
 */
export async function edit({ site, mode, perSecond, until, first, onEdit }) {
  let count = first
  for (let due = performance.now(); due < until; due += 1000 / perSecond) {
    await setTimeout(Math.max(0, due - performance.now()))
    const page = count % PAGES
    const story = page * STORIES + (Math.floor(count / PAGES) % STORIES)
    count++
    const { version, at } = await site.edit(story, mode)
    onEdit({ story, page, version, at, acknowledged: performance.now() })
  }
  return count
}
