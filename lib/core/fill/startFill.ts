import { type Awaitable, isPromise, whenReady } from '../awaitable.ts'
import type { Entry, LeaseReply, SharedLookup } from '../fragmentStore.ts'
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
  const { engine, key, runInRequest } = fill
  const { storeWaits } = fill.scope
  const fail = (error: unknown) => onEnd(failFill(fill, error))
  const renderWithLease = (lease: string | undefined) =>
    renderFill(fill, (result) => {
      if (lease !== undefined) engine.releaseLease({ key, lease })
      onEnd(result)
    })
  async function waitAndRender() {
    const remoteEntry = await waitForOtherProcess(fill)
    if (remoteEntry) onEnd(takeRemoteEntry(fill, remoteEntry))
    else renderWithLease(undefined)
  }

  const acquiring = acquireLease(fill, lookup)
  const isPending = isPromise(acquiring)
  if (isPending) storeWaits.beginCall()
  const onReply = (reply: LeaseReply | undefined): Awaitable<void> => {
    if (isPending) storeWaits.endCall()
    if (reply?.isGranted === false) return waitAndRender()
    renderWithLease(reply?.lease)
  }
  try {
    const started = whenReady(acquiring, onReply, { run: runInRequest })
    if (isPromise(started)) whenSettled(started, () => {}, fail)
  } catch (error) {
    fail(error)
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
