import { createDeferred } from '../deferred.ts'
import { type ChildMetadata, type DependencyScope, getCurrentScope } from '../dependencyScope.ts'
import type { Engine } from '../engine.ts'
import { createContentCacheError } from '../errors.ts'
import type { FragmentRef } from '../events.ts'
import type { Entry, Lookup, SharedLookup } from '../fragmentStore.ts'
import { evaluateFreshness } from '../freshness.ts'
import { type Decision, decide, type Findings } from './decide.ts'
import { normalizeRequest } from './normalizeRequest.ts'
import { servePassEntry } from './prerenderPasses.ts'
import { serveCached } from './serveCached.ts'
import { joinOrStartFill, serveFromFill, serveFromFillOrStaleCopy } from './serveFromFill.ts'
import type { ServeContext, ServeRequest, ServeResult } from './serveRequest.ts'

/**
 * Serves one fragment: from the store, from a fill that is under way, or from a fill of its own.
 *
 * @throws {ContentCacheTypeError} for bad `name`, `vary`, `version`, `ttl`, `swr`, `exportAs`;
 * {@link ContentCacheError} CC_FRAGMENT_IN_ITSELF; and whatever the children throw.
 */
export async function serveFragment<T>(engine: Engine, request: ServeRequest<T>): Promise<ServeResult<T>> {
  const context = createServeContext(engine, request)
  const { parent, fragment } = context
  assertNotSelfNested(parent, fragment)
  const childMetadata = createDeferred<ChildMetadata>()
  // The parent must know of us before anything is awaited, or it could be final without us.
  parent?.addChild(childMetadata.promise)
  childMetadata.promise.catch(() => {})
  try {
    const result = await serveByDecision(context)
    childMetadata.resolve(result.metadata)
    return result
  } catch (error) {
    childMetadata.reject(error)
    throw error
  }
}

function createServeContext<T>(engine: Engine, request: ServeRequest<T>): ServeContext<T> {
  const parent = getCurrentScope()
  const { key, ...normalized } = normalizeRequest(request)
  request.onKey?.(key)
  const fragment: FragmentRef = { name: request.name, key, parent: getParentFragmentKey(parent) }
  const canShow = async (entry: Entry) => (await tryDecode(request, entry)) !== undefined
  return { engine, request, fragment, parent, fillRequest: { ...request, ...normalized, fragment, canShow } }
}

async function serveByDecision<T>(context: ServeContext<T>): Promise<ServeResult<T>> {
  const { request, fragment } = context
  // Inside a fill or a page that Next stores, an old copy would be stored once more, under another name.
  const isCurrentRequired =
    request.storedByHost || request.rebuild !== undefined || fragment.parent !== undefined
  let shared = isCurrentRequired
  while (true) {
    const decision = decide(await findFragment(context, shared), isCurrentRequired)
    if (decision.action !== 'look-up-shared') return carryOut(context, decision)
    shared = true
  }
}

async function carryOut<T>(
  context: ServeContext<T>,
  decision: Exclude<Decision<T>, { action: 'look-up-shared' }>,
): Promise<ServeResult<T>> {
  switch (decision.action) {
    case 'repeat-pass':
      return servePassEntry(decision.passEntry, context.request.decode)
    case 'show':
      return serveCached(context, { ...decision, now: decision.lookup.now })
    case 'fill':
      return serveFromFill(context, joinOrStartFill(context, decision.lookup), decision.reason)
    case 'fill-with-fallback':
      return serveFromFillOrStaleCopy(context, joinOrStartFill(context, decision.lookup), decision)
    case 'show-stale':
      joinOrStartFill(context, decision.lookup)
      return serveCached(context, { ...decision, now: decision.lookup.now, stale: decision.reason })
  }
}

/** @param shared whether a copy in this process will not do */
async function findFragment<T>(context: ServeContext<T>, shared: boolean): Promise<Findings<T>> {
  const { request, fragment } = context
  const passEntry = request.passCache?.get(fragment.key)
  if (passEntry !== undefined) return { source: 'pass', passEntry }
  /** On the host's clock: the store told its time no earlier. */
  const startedAt = request.now()
  const lookup = await lookUp(context, shared)
  if (lookup === undefined) return { source: 'none' }
  const freshness = evaluateFreshness(lookup, request.checkHostFreshness, request.now() - startedAt)
  const decoded = freshness.state === 'none' ? undefined : await tryDecode(request, freshness.entry)
  return isSharedLookup(lookup)
    ? { source: 'shared', lookup, freshness, decoded }
    : { source: 'local', lookup, freshness, decoded }
}

async function lookUp<T>(
  { engine, request, fragment: { key } }: ServeContext<T>,
  shared: boolean,
): Promise<Lookup | undefined> {
  const { requestScope } = request
  const age = () => request.now() - request.requestStartedAt
  try {
    return await engine.lookup({ key, age, shared, requestScope })
  } catch (error) {
    engine.events.emit({ type: 'store-error', operation: 'lookup', error })
    return undefined
  }
}

async function tryDecode<T>(request: ServeRequest<T>, { payload }: Entry): Promise<{ value: T } | undefined> {
  try {
    return { value: await request.decode(payload) }
  } catch {
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
  const path = [name]
  for (let outer = parent; outer; outer = outer.parent) {
    path.unshift(outer.label)
    if (outer.key === key) throw createContentCacheError('CC_FRAGMENT_IN_ITSELF', [name, path.join(' > ')])
  }
}
