import { isPromise } from '../core/awaitable.ts'
import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { runShared } from '../core/runDetached.ts'
import { Settable } from '../core/settable.ts'
import type { PreparedTree } from '../react/compaction/prepareCompactTree.ts'
import type { RenderHtml } from '../react/compaction/renderHtml.ts'
import { renderHtmlBatch } from '../react/compaction/renderHtmlBatch.ts'
import { loadHtmlRenderer } from './internals/loadHtmlRenderer.ts'

interface WaitingTree {
  readonly prepared: PreparedTree
  readonly completed: Settable<void>
}

/** All bundles share it, because a fragment may contain the tree of a fill that another page has started. */
const getQueue = defineGlobalSingleton('compactionQueue', (): { waiting: WaitingTree[] } => ({ waiting: [] }))

/**
 * Completes a tree when the current promises have run, together with all others that are ready by then: one call of React's HTML
 * renderer costs less than one for each. A tree must come after those that are embedded in it.
 *
 * @returns rejected with the error of React for a tree that it cannot render
 */
export function completeTree(prepared: PreparedTree): Settable<void> {
  const queue = getQueue()
  const completed = new Settable<void>()
  queue.waiting.push({ prepared, completed })
  if (queue.waiting.length === 1) {
    // Outside the request, because a prerender fails when code reads the time or a random number.
    runShared(() => process.nextTick(completeAll))
  }
  return completed
}

function completeAll(): void {
  const renderer = loadHtmlRenderer()
  if (isPromise(renderer)) renderer.then(completeWaiting, failWaiting)
  else completeWaiting(renderer)
}

function completeWaiting(renderHtml: RenderHtml): void {
  const waiting = takeWaiting()
  const errors = renderHtmlBatch(
    waiting.map(({ prepared }) => prepared),
    renderHtml,
  )
  waiting.forEach(({ completed }, index) => {
    const error = errors[index]
    if (error === undefined) completed.resolve(undefined)
    else completed.reject(error)
  })
}

function failWaiting(error: unknown): void {
  for (const { completed } of takeWaiting()) completed.reject(error)
}

function takeWaiting(): readonly WaitingTree[] {
  const queue = getQueue()
  const { waiting } = queue
  queue.waiting = []
  return waiting
}
