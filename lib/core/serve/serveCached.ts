import type { ScopeResult } from '../dependencyScope.ts'
import type { StaleReason } from '../events.ts'
import type { Entry } from '../fragmentStore.ts'
import { createResolved } from '../settable.ts'
import { reportCachedHit } from './reportCachedHit.ts'
import type { ServeContext, ServeResult } from './serveContext.ts'

interface CachedCopy<T> {
  readonly entry: Entry
  readonly value: T
  /** The store's time. Absent when it is down. */
  readonly now: number | undefined
  /** Why the entry is stale. Absent when it is fresh. */
  readonly stale?: StaleReason
  readonly isLocalCopy?: boolean
}

/** Serves a stored fragment, and remembers it for the next pass over the page. */
export function serveCached<T>(
  { engine, context, fragment }: ServeContext<T>,
  { entry, value, now, stale, isLocalCopy = false }: CachedCopy<T>,
): ServeResult<T> {
  const { dependencies, staleAt, discardAt, payload } = entry
  const report = reportCachedHit(engine, { fragment, entry, now, stale, isLocalCopy })
  const metadata = { dependencies: new Set(dependencies), staleAt, discardAt, uncacheableReason: undefined }
  context.passCache?.set(fragment.key, { body: { payload }, now, metadata, report })
  return { value, now, metadata: createResolved<ScopeResult>(metadata), report: createResolved(report) }
}
