import { createDeferred, type Deferred } from '../deferred.ts'
import { type ChildMetadata, createDependencyScope, type DependencyScope } from '../dependencyScope.ts'
import type { Engine } from '../engine.ts'
import type { Entry, SharedLookup } from '../fragmentStore.ts'
import type { ReplayableStream } from '../replayableStream.ts'
import type { FillContext, FillRequest } from './fillRequest.ts'
import type { FillResult, PendingFill, StoredOutput } from './pendingFills.ts'

/** One fill as its own steps see it. Others see a {@link PendingFill}. */
export interface Fill {
  readonly engine: Engine
  readonly request: FillRequest
  readonly key: string
  /** The lookup that found nothing usable; none when the store is down. */
  readonly lookup: SharedLookup | undefined
  readonly scope: DependencyScope
  readonly startedAt: number
  readonly body: Deferred<ReplayableStream | Entry>
  readonly stored: Deferred<StoredOutput | undefined>
  readonly metadata: Deferred<ChildMetadata>
}

export function createFill(engine: Engine, request: FillRequest, { parent, lookup }: FillContext): Fill {
  const { fragment } = request
  const body = createDeferred<ReplayableStream | Entry>()
  // Whoever decodes the body meets its failure; a fill in the background has nobody who does.
  body.promise.catch(() => {})
  return {
    engine,
    request,
    key: fragment.key,
    lookup,
    scope: createDependencyScope(parent, {
      name: fragment.name,
      label: `fragment "${fragment.name}"`,
      key: fragment.key,
      ...(lookup && { token: lookup.token, dataReadSince: lookup.now - getRequestAge(request) }),
      onLateRegistration: (objects) => engine.events.emit({ type: 'late-registration', fragment, objects }),
    }),
    startedAt: performance.now(),
    body,
    stored: createDeferred(),
    metadata: createDeferred(),
  }
}

export function toPendingFill(fill: Fill, result: Promise<FillResult>): PendingFill {
  const { key, lookup, request, scope, body, stored, metadata } = fill
  return {
    key,
    token: lookup?.token,
    requestStartedAt: request.requestStartedAt,
    dataReadSince: scope.dataReadSince,
    body: body.promise,
    stored: stored.promise,
    metadata: metadata.promise,
    result,
    waitsFor: new Set(),
  }
}

/** Milliseconds since the reader may have read its data. */
export function getRequestAge({ now, requestStartedAt }: FillRequest): number {
  return now() - requestStartedAt
}

export function createFillResult(
  { startedAt }: Fill,
  { payload, uncacheableReason, dependencies, commit }: Partial<FillResult>,
): FillResult {
  const ms = performance.now() - startedAt
  return { payload, uncacheableReason, dependencies: dependencies ?? [], commit, ms }
}
