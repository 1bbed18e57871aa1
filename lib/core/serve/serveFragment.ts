import { createDeferred } from '../deferred.ts'
import { type DependencyScope, getCurrentScope, type ScopeResult } from '../dependencyScope.ts'
import type { Engine } from '../engine.ts'
import { createContentCacheError } from '../errors.ts'
import type { FragmentRef } from '../events.ts'
import { type FragmentRenderer, tryDecode } from '../fragmentRenderer.ts'
import type { FragmentRequest } from '../fragmentRequest.ts'
import type { Lookup, SharedLookup } from '../fragmentStore.ts'
import { evaluateFreshness } from '../freshness.ts'
import { getRequestAgeMs, type RequestContext } from '../requestContext.ts'
import { type Decision, decide, type FoundFragment } from './decide.ts'
import { servePassEntry } from './prerenderPasses.ts'
import { serveCached } from './serveCached.ts'
import type { ServeContext, ServeResult } from './serveContext.ts'
import { joinOrStartFill, serveFromFill, serveFromFillOrStaleCopy } from './serveFromFill.ts'

/**
 * Serves one fragment: from the store, from a pending fill, or from a new fill.
 *
 * @throws {ContentCacheError} CC_FRAGMENT_IN_ITSELF
 * @throws the errors of the children
 */
export async function serveFragment<T>(
  engine: Engine,
  request: FragmentRequest,
  context: RequestContext,
  renderer: FragmentRenderer<T>,
): Promise<ServeResult<T>> {
  const { name, key } = request
  const parent = getCurrentScope()
  renderer.onKey?.(key)
  const fragment: FragmentRef = { name, key, parent: getParentFragmentKey(parent) }
  assertNotSelfNested(parent, fragment)
  const childMetadata = createDeferred<ScopeResult>()
  // Before anything is awaited, because the parent could become final without this child.
  parent?.addChild(childMetadata.promise)
  childMetadata.promise.catch(() => {})
  try {
    const result = await serveByDecision({ engine, request, context, renderer, fragment, parent })
    childMetadata.resolve(result.metadata)
    return result
  } catch (error) {
    childMetadata.reject(error)
    throw error
  }
}

async function serveByDecision<T>(serving: ServeContext<T>): Promise<ServeResult<T>> {
  const { context, fragment } = serving
  // Output that is stored would keep a stale copy alive as a part of it.
  const mustBeCurrent = context.storedByHost || context.rebuild !== undefined || fragment.parent !== undefined
  let mustSkipLocalCopies = mustBeCurrent
  while (true) {
    const decision = decide(await findFragment(serving, mustSkipLocalCopies), mustBeCurrent)
    if (decision.action !== 'look-up-shared') return carryOut(serving, decision)
    mustSkipLocalCopies = true
  }
}

async function carryOut<T>(
  serving: ServeContext<T>,
  decision: Exclude<Decision<T>, { action: 'look-up-shared' }>,
): Promise<ServeResult<T>> {
  switch (decision.action) {
    case 'repeat-pass':
      return servePassEntry(decision.passEntry, serving.renderer.decode)
    case 'show':
      return serveCached(serving, { ...decision, now: decision.lookup.now })
    case 'fill':
      return serveFromFill(serving, joinOrStartFill(serving, decision.lookup), decision.reason)
    case 'fill-with-fallback':
      return serveFromFillOrStaleCopy(serving, joinOrStartFill(serving, decision.lookup), decision)
    case 'show-stale':
      joinOrStartFill(serving, decision.lookup)
      return serveCached(serving, { ...decision, now: decision.lookup.now, stale: decision.reason })
  }
}

async function findFragment<T>(
  serving: ServeContext<T>,
  mustSkipLocalCopies: boolean,
): Promise<FoundFragment<T>> {
  const { context, renderer, fragment } = serving
  const passEntry = context.passCache?.get(fragment.key)
  if (passEntry !== undefined) return { source: 'pass', passEntry }
  /** On the host's clock. The store's time in the reply is no earlier. */
  const startedAt = context.now()
  const lookup = await lookUp(serving, mustSkipLocalCopies)
  if (lookup === undefined) return { source: 'store-down' }
  const freshness = evaluateFreshness(lookup, context.checkHostFreshness, context.now() - startedAt)
  const decoded = freshness.state === 'unusable' ? undefined : await tryDecode(renderer, freshness.entry)
  return isSharedLookup(lookup)
    ? { source: 'shared', lookup, freshness, decoded }
    : { source: 'local', lookup, freshness, decoded }
}

async function lookUp<T>(
  { engine, context, fragment: { key } }: ServeContext<T>,
  mustSkipLocalCopies: boolean,
): Promise<Lookup | undefined> {
  const { requestScope } = context
  const ageMs = () => getRequestAgeMs(context)
  try {
    return await engine.lookup({ key, ageMs, shared: mustSkipLocalCopies, requestScope })
  } catch (error) {
    engine.events.emit({ type: 'store-error', operation: 'lookup', error })
    return undefined
  }
}

function isSharedLookup(lookup: Lookup): lookup is SharedLookup {
  return lookup.token !== undefined
}

function getParentFragmentKey(scope: DependencyScope | undefined): string | undefined {
  return scope && (scope.key ?? getParentFragmentKey(scope.parent))
}

function assertNotSelfNested(parent: DependencyScope | undefined, { name, key }: FragmentRef): void {
  const path = [`fragment "${name}"`]
  for (let outer = parent; outer; outer = outer.parent) {
    path.unshift(outer.label)
    if (outer.key === key) throw createContentCacheError('CC_FRAGMENT_IN_ITSELF', [name, path.join(' > ')])
  }
}
