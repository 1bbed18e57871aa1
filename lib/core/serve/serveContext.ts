import type { ChildMetadata, DependencyScope } from '../dependencyScope.ts'
import type { FillRequest } from '../fill/fill.ts'
import type { FragmentRenderer } from '../fragmentRenderer.ts'
import type { FragmentReport } from '../fragmentReport.ts'

/** One fragment while it is served. */
export interface ServeContext<T> extends FillRequest {
  readonly renderer: FragmentRenderer<T>
  /** The fill around it. */
  readonly parent: DependencyScope | undefined
}

export interface ServeResult<T> {
  readonly value: T
  /** The store's time when the fragment was looked up, for which lifetimes count; none when it is down. */
  readonly now: number | undefined
  /** What a cache around us must know of the output. */
  readonly metadata: Promise<ChildMetadata>
  readonly report: Promise<FragmentReport>
}
