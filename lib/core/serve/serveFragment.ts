import { type Awaitable, isPromise, whenReady } from '../awaitable.ts'
import { type DependencyScope, getCurrentScope } from '../dependencyScope.ts'
import type { Engine } from '../engine.ts'
import { createContentCacheError } from '../errors.ts'
import type { FragmentRef } from '../events.ts'
import { type FragmentRenderer, tryDecode } from '../fragmentRenderer.ts'
import type { FragmentRequest } from '../fragmentRequest.ts'
import type { Lookup, SharedLookup } from '../fragmentStore.ts'
import { evaluateFreshness, type Freshness } from '../freshness.ts'
import { getRequestAgeMs, type RequestContext } from '../requestContext.ts'
import { snapshotContext } from '../runDetached.ts'
import { type Decision, decide, type FoundFragment, getEntryToDecode } from './decide.ts'
import { serveCached } from './serveCached.ts'
import type { ServeContext, ServeResult } from './serveContext.ts'
import { joinOrStartFill, serveFromFill, serveFromFillOrStaleCopy } from './serveFromFill.ts'
import { servePassEntry } from './servePassEntry.ts'

/**
 * The number of fragments inside each other that are served on one stack. Each takes some 30 frames, and a fragment may be
 * nested deeply.
 */
const MAX_SERVES_ON_STACK = 16
let servesOnStack = 0

/**
 * Serves one fragment: from the store, from a pending fill, or from a new fill. Returns the result without a promise when it
 * is there: when the store is in the process, and neither the output nor the decoded entry must be awaited.
 *
 * @throws {ContentCacheError} CC_FRAGMENT_IN_ITSELF
 * @throws the errors of the children
 */
export function serveFragment<T>(
  engine: Engine,
  request: FragmentRequest,
  context: RequestContext,
  renderer: FragmentRenderer<T>,
): Awaitable<ServeResult<T>> {
  const { name, key } = request
  const parent = getCurrentScope()
  renderer.onKey?.(key)
  const fragment: FragmentRef = { name, key, parent: getParentFragmentKey(parent) }
  assertNotSelfNested(parent, fragment)
  // Before anything is awaited, because the parent could become final without this child.
  const child = parent?.openChild()
  const onServed = (result: ServeResult<T>) => {
    if (child) result.metadata.whenSettled(child.resolve)
    return result
  }
  const onError = (error: unknown): never => {
    child?.reject(error)
    throw error
  }
  let served: Awaitable<ServeResult<T>>
  try {
    const runInRequest = renderer.runInRequest ?? snapshotContext()
    served = serveOnStack({ engine, request, context, renderer, fragment, parent, runInRequest })
  } catch (error) {
    return onError(error)
  }
  return whenReady(served, onServed, { onError })
}

function serveOnStack<T>(serving: ServeContext<T>): Awaitable<ServeResult<T>> {
  if (servesOnStack >= MAX_SERVES_ON_STACK) return Promise.resolve().then(() => serveOnStack(serving))
  servesOnStack++
  try {
    const { context, renderer, fragment } = serving
    const passEntry = context.passCache?.get(fragment.key)
    return passEntry === undefined ? lookUpAndServe(serving, false) : servePassEntry(passEntry, renderer)
  } finally {
    servesOnStack--
  }
}

/** @param isSecond a local copy was not good enough, so the shared store must be asked */
function lookUpAndServe<T>(serving: ServeContext<T>, isSecond: boolean): Awaitable<ServeResult<T>> {
  const { engine, context, fragment } = serving
  // Output that is stored would keep a stale copy alive as a part of it.
  const mustBeCurrent = context.storedByHost || context.rebuild !== undefined || fragment.parent !== undefined
  /** On the host's clock. The store's time in the reply is no earlier. */
  const startedAt = context.now()
  const onError = (error: unknown) => {
    engine.events.emit({ type: 'store-error', operation: 'lookup', error })
    return undefined
  }
  const onLookup = (lookup: Lookup | undefined) => serveLookup(serving, lookup, { startedAt, mustBeCurrent })
  let looking: Awaitable<Lookup | undefined>
  try {
    looking = engine.lookup({
      key: fragment.key,
      ageMs: () => getRequestAgeMs(context),
      shared: mustBeCurrent || isSecond,
      requestScope: context.requestScope,
      // A page of hits has no use for leases. Inside a fill, some fragment is likely to be missing.
      ...(needsLease(serving) && { leaseMs: engine.limits.leaseTime }),
    })
  } catch (error) {
    looking = onError(error)
  }
  if (!isPromise(looking)) return onLookup(looking)
  const storeWaits = serving.parent?.storeWaits
  const onReply = (lookup: Lookup | undefined) => {
    storeWaits?.endCall()
    return onLookup(lookup)
  }
  storeWaits?.beginCall()
  return whenReady(looking, onReply, {
    onError: (error) => onReply(onError(error)),
    run: serving.runInRequest,
  })
}

/** Whether a miss would need the lease. */
function needsLease<T>({ engine, context, fragment }: ServeContext<T>): boolean {
  if (fragment.parent === undefined || context.exclusive || engine.store.isLocal) return false
  // A fill of this process has the lease, or waits for it.
  return !engine.pendingFills.isPending(fragment.key)
}

function serveLookup<T>(
  serving: ServeContext<T>,
  lookup: Lookup | undefined,
  { startedAt, mustBeCurrent }: { readonly startedAt: number; readonly mustBeCurrent: boolean },
): Awaitable<ServeResult<T>> {
  const { context, renderer } = serving
  const freshness = lookup && evaluateFreshness(lookup, context.checkHostFreshness, context.now() - startedAt)
  const entry = lookup && freshness && getEntryToDecode(freshness, isSharedLookup(lookup), mustBeCurrent)
  const decoding = entry && tryDecode(renderer, entry)
  return whenReady(decoding, (decoded) => {
    const decision = decide(toFoundFragment(lookup, freshness, decoded), mustBeCurrent)
    return decision.action === 'look-up-shared' ? lookUpAndServe(serving, true) : carryOut(serving, decision)
  })
}

function toFoundFragment<T>(
  lookup: Lookup | undefined,
  freshness: Freshness | undefined,
  decoded: { readonly value: T } | undefined,
): FoundFragment<T> {
  if (lookup === undefined || freshness === undefined) return { source: 'store-down' }
  return isSharedLookup(lookup)
    ? { source: 'shared', lookup, freshness, decoded }
    : { source: 'local', lookup, freshness, decoded }
}

function carryOut<T>(
  serving: ServeContext<T>,
  decision: Exclude<Decision<T>, { action: 'look-up-shared' }>,
): Awaitable<ServeResult<T>> {
  switch (decision.action) {
    case 'show':
      return serveCached(serving, { ...decision, now: decision.lookup.now })
    case 'fill': {
      const { lookup, reason } = decision
      return serveFromFill(serving, joinOrStartFill(serving, lookup, reason), reason)
    }
    case 'fill-with-fallback': {
      const { lookup, reason } = decision
      return serveFromFillOrStaleCopy(serving, joinOrStartFill(serving, lookup, reason), decision)
    }
    case 'show-stale': {
      const served = serveCached(serving, { ...decision, now: decision.lookup.now, stale: decision.reason })
      joinOrStartFill(serving, decision.lookup)
      return served
    }
  }
}

function isSharedLookup(lookup: Lookup): lookup is SharedLookup {
  return lookup.token !== undefined
}

function getParentFragmentKey(scope: DependencyScope | undefined): string | undefined {
  return scope && (scope.key ?? getParentFragmentKey(scope.parent))
}

function assertNotSelfNested(parent: DependencyScope | undefined, { name, key }: FragmentRef): void {
  for (let outer = parent; outer; outer = outer.parent) {
    if (outer.key === key)
      throw createContentCacheError('CC_FRAGMENT_IN_ITSELF', [name, describePath(parent, outer, name)])
  }
}

/** @returns the labels from `outer` to the fragment */
function describePath(parent: DependencyScope | undefined, outer: DependencyScope, name: string): string {
  const labels = [`fragment "${name}"`]
  for (let scope = parent; scope; scope = scope === outer ? undefined : scope.parent) labels.push(scope.label)
  return labels.reverse().join(' > ')
}
