import type { Lifetime } from './lifetime.ts'

/** Why the output of a render is not stored. */
export type UncacheableReason =
  | 'error'
  | 'timeout'
  /** The framework cannot show the output, for instance a void element with children. */
  | 'unrenderable'
  /** It read `cookies()` or the like. */
  | 'request-data'
  /** `notFound()`, `redirect()` and the like: they pass through, and are no failure. */
  | 'control-flow'
  /** Something inside declared itself uncacheable, such as a `'use cache'` with `revalidate: 0`. */
  | 'dynamic'
  /** A nested fragment could not be stored, so the fragment that embeds it cannot be either. */
  | 'nested'
  | 'store-down'

/** The most specific reason first: it is the one that is reported. */
export const UNCACHEABLE_REASONS: readonly UncacheableReason[] = [
  'error',
  'timeout',
  'unrenderable',
  'request-data',
  'control-flow',
  'dynamic',
  'nested',
  'store-down',
]

/** What a render is known to depend on, once it is final. */
export interface Metadata extends Lifetime {
  readonly dependencies: ReadonlySet<string>
  readonly uncacheableReason: UncacheableReason | undefined
}

/** Whether the render has no output worth showing, so that an older copy is better. */
export function isFailure(reason: UncacheableReason): boolean {
  return reason === 'error' || reason === 'timeout' || reason === 'unrenderable' || reason === 'request-data'
}
