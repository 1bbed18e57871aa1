import { randomUUID } from 'node:crypto'
import { defineGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import { runDetached } from '../../core/runDetached.ts'

const PREFIX = 'rcc:at:'

/** Times of the monotonic clock mean nothing to another process, which may read the same file. */
const getProcessPrefix = defineGlobalSingleton(
  'renderTag',
  () => `${PREFIX}${runDetached(randomUUID).slice(0, 8)}:`,
)

/**
 * Creates the tag that dates a page by the start of its render. Next keeps the tags of a page with it, in memory and on
 * disk.
 *
 * @param since milliseconds on the clock of `now()`
 */
export function createRenderTag(since: number): string {
  return getProcessPrefix() + since.toFixed(3)
}

/**
 * @param tags the tags of a page, separated by commas
 * @returns when this process started to render the page, or `undefined` when it has not rendered it
 */
export function parseRenderStart(tags: string): number | undefined {
  const processPrefix = getProcessPrefix()
  const at = tags.indexOf(processPrefix)
  return at < 0 ? undefined : Number.parseFloat(tags.slice(at + processPrefix.length))
}

/** Whether a process, this one or another, has dated the page by the start of its render. */
export function isRenderTagged(tags: string): boolean {
  return tags.includes(PREFIX)
}
