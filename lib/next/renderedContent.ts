import type { DependencyScope } from '../core/dependencyScope.ts'
import type { NestedContent } from '../react/render/nestedFragment.ts'
import type { HintCall } from './internals/hintCollector.ts'
import type { RequestNonces } from './requestNonces.ts'

/** The content of a fragment that is being rendered. */
export interface RenderedContent extends NestedContent {
  /** Calls `listener` with each error of the render, also with earlier ones. */
  watchErrors(listener: (error: unknown) => void): void
  /** The fragment in which the render began. Others join it. */
  readonly parentScope: DependencyScope | undefined
  /** Calls `listener` with each hint of the render, also with earlier ones. */
  watchHints(listener: (hint: HintCall) => void): void
  /** The nonces that the content may contain. */
  readonly nonces: RequestNonces
}
