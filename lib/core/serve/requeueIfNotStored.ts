import { type Engine, tryStoreOperation } from '../engine.ts'
import type { FillResult, PendingFill } from '../fill/pendingFills.ts'

/** A page that is rendered for a worker. All its fragments share one. */
export interface RebuildContext {
  /** As the worker requested it. */
  readonly route: string | undefined
  /** Set once the page has to be rendered again. Resolves when the store has queued it. */
  requeued?: Promise<unknown>
}

/**
 * Requeues the page if the fill was not stored but may succeed later. No stored fragment links the route to its objects,
 * so no later expiry would find the page.
 */
export async function requeueIfNotStored(
  engine: Engine,
  pendingFill: PendingFill,
  rebuild: RebuildContext,
  hasServedStaleCopy = false,
): Promise<void> {
  const { route } = rebuild
  if (route === undefined || !isRetryableResult(await pendingFill.result.promise, hasServedStaleCopy)) return
  rebuild.requeued ??= Promise.resolve(
    tryStoreOperation(engine, 'requeue', async () => engine.store.requeueRoute?.(route)),
  )
  await rebuild.requeued
}

/**
 * Whether a change has overtaken the fill, or the store failed. Another attempt would not change any other result.
 *
 * @param hasServedStaleCopy the response shows an older copy, so it does not reveal that the render failed
 */
function isRetryableResult({ commit, uncacheableReason }: FillResult, hasServedStaleCopy: boolean): boolean {
  if (uncacheableReason === 'error' || uncacheableReason === 'timeout') return hasServedStaleCopy
  if (uncacheableReason !== undefined) return uncacheableReason === 'store-down'
  return commit === undefined || commit === 'fenced' || commit === 'unverifiable'
}
