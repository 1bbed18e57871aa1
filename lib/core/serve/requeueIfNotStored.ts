import { type Engine, tryStoreOperation } from '../engine.ts'
import type { FillResult, PendingFill } from '../fill/pendingFills.ts'

/** A page that is rendered for a worker; one for all its fragments. */
export interface RebuildContext {
  /** As the worker asked for it. */
  readonly route: string | undefined
  /** Set when it is known that the page has to be rendered again: resolves once the store knows it. */
  requeued?: Promise<unknown>
}

/**
 * Where nothing is stored that might be another time, the page is to come up once more: no fragment was left by
 * which the next expiry, or the one that came in between, could find it.
 */
export async function requeueIfNotStored(
  engine: Engine,
  pendingFill: PendingFill,
  rebuild: RebuildContext,
  servedStaleCopy = false,
): Promise<void> {
  const { route } = rebuild
  if (route === undefined || !isRetryableResult(await pendingFill.result, servedStaleCopy)) return
  rebuild.requeued ??= tryStoreOperation(engine, 'requeue', async () => engine.store.requeueRoute?.(route))
  await rebuild.requeued
}

/**
 * It was overtaken by a change, or the store failed; all else would be refused again.
 *
 * @param servedStaleCopy an older copy is shown in its place: nobody but us knows that the render failed
 */
function isRetryableResult({ commit, uncacheableReason }: FillResult, servedStaleCopy: boolean): boolean {
  if (uncacheableReason === 'error' || uncacheableReason === 'timeout') return servedStaleCopy
  if (uncacheableReason !== undefined) return uncacheableReason === 'store-down'
  return commit === undefined || commit === 'fenced' || commit === 'unverifiable'
}
