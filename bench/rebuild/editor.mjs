import { setTimeout } from 'node:timers/promises'
import { PAGES, STORIES } from './site.mjs'

/**
 * Edits stories at a constant rate. Each edit is on the next page, to maximize the time between two edits of a page.
 *
 * @param onEdit called with `{ story, page, version, at, acknowledged }` after each edit. `at` is the time of its
 *   announcement in milliseconds since 1970, `acknowledged` a time on this process' `performance` clock.
 */
export async function runEditor({ site, mode, perSecond, until, first, onEdit }) {
  let count = first
  for (let dueAt = performance.now(); dueAt < until; dueAt += 1000 / perSecond) {
    await setTimeout(Math.max(0, dueAt - performance.now()))
    const page = count % PAGES
    const story = page * STORIES + (Math.floor(count / PAGES) % STORIES)
    count++
    const { version, at } = await site.edit(`news/story:${story}`, mode)
    onEdit({ story, page, version, at, acknowledged: performance.now() })
  }
  return count
}
