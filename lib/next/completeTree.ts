import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { runDetached } from '../core/runDetached.ts'
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
 * Completes a tree in the next turn of the event loop, together with all others that wait for it: one call of React's HTML
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
    runDetached(() => setImmediate(completeAll))
  }
  return completed
}

async function completeAll(): Promise<void> {
  const queue = getQueue()
  let errors: readonly unknown[] = []
  let failure: { readonly error: unknown } | undefined
  let renderHtml: RenderHtml | undefined
  try {
    renderHtml = await loadHtmlRenderer()
  } catch (error) {
    failure = { error }
  }
  // Read after the wait, in which other trees may have joined.
  const { waiting } = queue
  queue.waiting = []
  const trees = waiting.map(({ prepared }) => prepared)
  if (renderHtml) errors = renderHtmlBatch(trees, renderHtml)
  waiting.forEach(({ completed }, index) => {
    const error = failure ? failure.error : errors[index]
    if (error === undefined) completed.resolve(undefined)
    else completed.reject(error)
  })
}
