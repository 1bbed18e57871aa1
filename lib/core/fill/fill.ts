import type { RunInRequest } from '../awaitable.ts'
import { createDependencyScope, type DependencyScope, type ScopeResult } from '../dependencyScope.ts'
import type { Engine } from '../engine.ts'
import type { FragmentRef } from '../events.ts'
import type { FragmentRender, FragmentRenderer, StorableOutput } from '../fragmentRenderer.ts'
import type { FragmentRequest } from '../fragmentRequest.ts'
import type { Entry, SharedLookup } from '../fragmentStore.ts'
import { NO_LIMIT } from '../lifetime.ts'
import { getRequestAgeMs, type RequestContext } from '../requestContext.ts'
import { Settable } from '../settable.ts'
import type { FillResult, PendingFill } from './pendingFills.ts'

/** A fragment to fill, and the request that needs it. */
export interface FillRequest {
  readonly engine: Engine
  readonly fragment: FragmentRef
  readonly request: FragmentRequest
  readonly context: RequestContext
  readonly renderer: FragmentRenderer<unknown>
  /** Replies of a store come in contexts of other requests. */
  readonly runInRequest: RunInRequest
}

export interface FillOptions {
  readonly parent: DependencyScope | undefined
  /** The lookup that found nothing usable. Absent when the store is down. */
  readonly lookup: SharedLookup | undefined
  /** Whether other requests may join it. False when it exists only because a join would have been a deadlock. */
  readonly isJoinable: boolean
}

/** The state of one fill for its own steps. Other code sees a {@link PendingFill}. */
export interface Fill extends FillRequest {
  readonly key: string
  /** The lookup that found nothing usable. Absent when the store is down. */
  readonly lookup: SharedLookup | undefined
  readonly scope: DependencyScope
  readonly startedAt: number
  readonly body: Settable<FragmentRender<unknown> | Entry>
  readonly storableOutput: Settable<StorableOutput | undefined>
  readonly metadata: Settable<ScopeResult>
  readonly result: Settable<FillResult>
}

export function createFill(fillRequest: FillRequest, { parent, lookup }: FillOptions): Fill {
  const { engine, fragment, request, context, renderer, runInRequest } = fillRequest
  return {
    engine,
    fragment,
    request,
    context,
    renderer,
    runInRequest,
    key: fragment.key,
    lookup,
    scope: createDependencyScope(parent, {
      name: fragment.name,
      label: `fragment "${fragment.name}"`,
      key: fragment.key,
      ...(lookup && { token: lookup.token, storeDataReadSince: lookup.now - getRequestAgeMs(context) }),
      onLateRegistration: (objects) => engine.events.emit({ type: 'late-registration', fragment, objects }),
    }),
    startedAt: performance.now(),
    body: new Settable(),
    storableOutput: new Settable(),
    metadata: new Settable(),
    result: new Settable(),
  }
}

export function toPendingFill(fill: Fill): PendingFill {
  const { key, lookup, context, scope, body, storableOutput, metadata, result } = fill
  return {
    key,
    token: lookup?.token,
    dataReadSince: context.dataReadSince,
    storeDataReadSince: scope.storeDataReadSince,
    body,
    storableOutput,
    metadata,
    result,
    storeWaits: scope.storeWaits,
    waitsFor: undefined,
  }
}

export function createFillResult(
  { startedAt }: Fill,
  { payload, uncacheableReason, dependencies, commit }: Partial<FillResult>,
): FillResult {
  const durationMs = performance.now() - startedAt
  return { payload, uncacheableReason, dependencies: dependencies ?? [], commit, durationMs }
}

/** Settles everything that readers of the fill wait for, after an unexpected error, so that no reader waits forever. */
export function failFill(fill: Fill, error: unknown): FillResult {
  fill.scope.markUncacheable('error', error)
  fill.body.reject(error)
  fill.metadata.resolve({ dependencies: new Set(), ...NO_LIMIT, uncacheableReason: 'error' })
  return createFillResult(fill, { uncacheableReason: 'error' })
}
