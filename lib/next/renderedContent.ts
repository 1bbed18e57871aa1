import type { NestedContent } from '../react/render/nestedFragment.ts'

/** The content of a fragment that is being rendered. */
export interface RenderedContent extends NestedContent {
  /** Calls `listener` with each error of the render, also with earlier ones. */
  watchErrors(listener: (error: unknown) => void): void
}
