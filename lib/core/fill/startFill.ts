import type { Entry, SharedLookup } from '../fragmentStore.ts'
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
  const pendingFill = toPendingFill(fill)
  const isJoinable = options.isJoinable && fill.lookup !== undefined
  attachFill(fill.scope, pendingFill)
  if (isJoinable) pendingFills.add(pendingFill)
  const end = (result: FillResult) => {
    pendingFills.remove(pendingFill)
    fill.storableOutput.resolve(undefined)
    fill.result.resolve(result)
  }
  runFill(fill, isJoinable, end).then(
    (result) => {
      if (result !== undefined) end(result)
    },
    (error: unknown) => end(failFill(fill, error)),
  )
  return pendingFill
}

/**
 * @param isJoinable whether other requests may join it, and other processes wait for it
 * @param onTimeout receives the result of a fill that takes too long
 * @returns nothing for a fill that has taken too long
 */
function runFill(
  fill: Fill,
  isJoinable: boolean,
  onTimeout: (result: FillResult) => void,
): Promise<FillResult | undefined> {
  const { lookup, scope, engine } = fill
  if (!lookup) scope.markUncacheable('store-down')
  return lookup && isJoinable && !engine.store.isLocal
    ? runFillWithLease(fill, lookup, onTimeout)
    : renderFill(fill, onTimeout)
}

async function runFillWithLease(
  fill: Fill,
  lookup: SharedLookup,
  onTimeout: (result: FillResult) => void,
): Promise<FillResult | undefined> {
  const reply = await acquireLease(fill, lookup)
  if (reply?.isGranted === false) {
    const remoteEntry = await waitForOtherProcess(fill)
    if (remoteEntry) return takeRemoteEntry(fill, remoteEntry)
  }
  const release = async () => {
    if (reply?.isGranted) await releaseLease(fill, reply.lease)
  }
  try {
    return await renderFill(fill, (result) => {
      release().then(() => onTimeout(result))
    })
  } finally {
    await release()
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
