import { isPromise, whenReady } from '../awaitable.ts'
import type { Entry, SharedLookup } from '../fragmentStore.ts'
import { snapshotContext } from '../runDetached.ts'
import { whenSettled } from '../settable.ts'
import {
  createFill,
  createFillResult,
  type Fill,
  type FillOptions,
  type FillRequest,
  failFill,
  toPendingFill,
} from './fill.ts'
import { acquireLease, waitForOtherProcess } from './fillLease.ts'
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
  const { lookup, scope } = fill
  if (!lookup) scope.markUncacheable('store-down')
  // Other requests may join it, and other processes wait for it.
  if (lookup && isJoinable && !request.engine.store.isLocal) runFillWithLease(fill, lookup, end)
  else renderFill(fill, end)
  return pendingFill
}

function runFillWithLease(fill: Fill, lookup: SharedLookup, onEnd: (result: FillResult) => void): void {
  const { storeCalls } = fill.scope
  const fail = (error: unknown) => onEnd(failFill(fill, error))
  // Replies of the store come in contexts of other requests.
  const runInRequest = fill.renderer.runInRequest ?? snapshotContext()
  const renderWithLease = (lease: string | undefined) =>
    renderFill(fill, (result) => {
      if (lease !== undefined) fill.engine.releaseLease({ key: fill.key, lease })
      onEnd(result)
    })
  const acquiring = acquireLease(fill, lookup)
  const isAsync = isPromise(acquiring)
  if (isAsync) storeCalls.begin()
  const starting = whenReady(acquiring, (reply) => {
    if (isAsync) storeCalls.end()
    if (reply?.isGranted === false) {
      waitForOtherProcess(fill).then((remoteEntry) => {
        if (remoteEntry) onEnd(takeRemoteEntry(fill, remoteEntry))
        else renderWithLease(undefined)
      }, fail)
    } else if (isAsync) runInRequest(() => renderWithLease(reply?.lease))
    else renderWithLease(reply?.lease)
  })
  if (isPromise(starting)) whenSettled(starting, () => {}, fail)
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
