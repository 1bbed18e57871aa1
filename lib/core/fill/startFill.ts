import { createDeferred } from '../deferred.ts'
import type { Entry } from '../fragmentStore.ts'
import { NO_LIMIT } from '../lifetime.ts'
import {
  createFill,
  createFillResult,
  type Fill,
  type FillOptions,
  type FillRequest,
  toPendingFill,
} from './fill.ts'
import { acquireLease, releaseLease, waitForOtherProcess } from './fillLease.ts'
import { attachFill, type FillResult, type PendingFill } from './pendingFills.ts'
import { renderFill } from './renderFill.ts'

/**
 * Starts one fill: lease, render, commit.
 *
 * Invariants: the token is older than any data that the render reads. The metadata is final before the commit. In every
 * case the fill is removed, its lease is released, and its promises settle.
 */
export function startFill(request: FillRequest, options: FillOptions): PendingFill {
  const { pendingFills } = request.engine
  const fill = createFill(request, options)
  const result = createDeferred<FillResult>()
  const pendingFill = toPendingFill(fill, result.promise)
  const isJoinable = options.isJoinable && fill.lookup !== undefined
  attachFill(fill.scope, pendingFill)
  if (isJoinable) pendingFills.add(pendingFill)
  result.resolve(
    runFill(fill, isJoinable)
      .catch((error) => failFill(fill, error))
      .finally(() => {
        pendingFills.remove(pendingFill)
        fill.storableOutput.resolve(undefined)
      }),
  )
  return pendingFill
}

/** @param isJoinable whether other requests may join it, and other processes wait for it */
async function runFill(fill: Fill, isJoinable: boolean): Promise<FillResult> {
  if (!fill.lookup) fill.scope.markUncacheable('store-down')
  const leaseReply = isJoinable && fill.lookup ? await acquireLease(fill, fill.lookup) : undefined
  if (leaseReply?.isGranted === false) {
    const remoteEntry = await waitForOtherProcess(fill)
    if (remoteEntry) return takeRemoteEntry(fill, remoteEntry)
  }
  try {
    return await renderFill(fill)
  } finally {
    if (leaseReply?.isGranted) await releaseLease(fill, leaseReply.lease)
  }
}

function takeRemoteEntry(fill: Fill, entry: Entry): FillResult {
  const { dependencies, staleAt, discardAt, payload } = entry
  fill.body.resolve(entry)
  fill.metadata.resolve({
    dependencies: new Set(dependencies),
    staleAt,
    discardAt,
    uncacheableReason: undefined,
  })
  return createFillResult(fill, { payload, dependencies, commit: 'committed' })
}

/** Settles all promises of the fill after an unexpected error, so that no reader waits forever. */
function failFill(fill: Fill, error: unknown): FillResult {
  fill.scope.markUncacheable('error', error)
  fill.body.reject(error)
  fill.metadata.resolve({ dependencies: new Set(), ...NO_LIMIT, uncacheableReason: 'error' })
  return createFillResult(fill, { uncacheableReason: 'error' })
}
