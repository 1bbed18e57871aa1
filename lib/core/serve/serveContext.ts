import type { DependencyScope, ScopeResult } from '../dependencyScope.ts'
import type { FillRequest } from '../fill/fill.ts'
import type { FragmentRenderer } from '../fragmentRenderer.ts'
import type { FragmentReport } from '../fragmentReport.ts'
import type { Settable } from '../settable.ts'

/** One fragment while it is served. */
export interface ServeContext<T> extends FillRequest {
  readonly renderer: FragmentRenderer<T>
  /** The scope of the fill around it. */
  readonly parent: DependencyScope | undefined
}

export interface ServeResult<T> {
  readonly value: T
  /** The store's time at the lookup, to which lifetimes relate. Absent when the store is down. */
  readonly now: number | undefined
  /** The dependencies and the lifetime of the output, for a cache around it. */
  readonly metadata: Settable<ScopeResult>
  readonly report: Settable<FragmentReport>
}
