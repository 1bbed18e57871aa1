import { type DependencyScope, getCurrentScope } from '../dependencyScope.ts'
import type { Engine } from '../engine.ts'
import { createContentCacheError } from '../errors.ts'
import type { FragmentRef } from '../events.ts'
import { type FragmentRenderer, tryDecode } from '../fragmentRenderer.ts'
import type { FragmentRequest } from '../fragmentRequest.ts'
import type { Lookup, SharedLookup } from '../fragmentStore.ts'
import { evaluateFreshness, type Freshness } from '../freshness.ts'
import { getRequestAgeMs, type RequestContext } from '../requestContext.ts'
import { type Decision, decide, type FoundFragment } from './decide.ts'
import { serveCached } from './serveCached.ts'
import type { ServeContext, ServeResult } from './serveContext.ts'
import { joinOrStartFill, serveFromFill, serveFromFillOrStaleCopy } from './serveFromFill.ts'
import { servePassEntry } from './servePassEntry.ts'

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
  // Before anything is awaited, because the parent could become final without this child.
  const child = parent?.openChild()
  try {
    const result = await serveByDecision({ engine, request, context, renderer, fragment, parent })
    if (child) result.metadata.whenResolved(child.resolve)
    return result
  } catch (error) {
    child?.reject(error)
    throw error
  }
}

/** Looks the fragment up, and carries out the decision. Each promise less counts on a page with hundreds of fragments. */
async function serveByDecision<T>(serving: ServeContext<T>): Promise<ServeResult<T>> {
  const { engine, context, renderer, fragment } = serving
  const { key } = fragment
  const passEntry = context.passCache?.get(key)
  if (passEntry !== undefined) return servePassEntry(passEntry, renderer)
  // Output that is stored would keep a stale copy alive as a part of it.
  const mustBeCurrent = context.storedByHost || context.rebuild !== undefined || fragment.parent !== undefined
  for (let shared = mustBeCurrent; ; shared = true) {
    /** On the host's clock. The store's time in the reply is no earlier. */
    const startedAt = context.now()
    const ageMs = () => getRequestAgeMs(context)
    let lookup: Lookup | undefined
    try {
      lookup = await engine.lookup({ key, ageMs, shared, requestScope: context.requestScope })
    } catch (error) {
      engine.events.emit({ type: 'store-error', operation: 'lookup', error })
    }
    const freshness =
      lookup && evaluateFreshness(lookup, context.checkHostFreshness, context.now() - startedAt)
    const decoded =
      freshness && freshness.state !== 'unusable' ? await tryDecode(renderer, freshness.entry) : undefined
    const decision = decide(toFoundFragment(lookup, freshness, decoded), mustBeCurrent)
    if (decision.action === 'look-up-shared') continue
    const served = carryOut(serving, decision)
    return served instanceof Promise ? await served : served
  }
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
): ServeResult<T> | Promise<ServeResult<T>> {
  switch (decision.action) {
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
