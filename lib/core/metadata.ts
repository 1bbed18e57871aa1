import type { Lifetime } from './lifetime.ts'

/** Why a render must not be stored, the most telling reason first. */
export const UNCACHEABLE_REASONS = [
  'error',
  'timeout',
  /** The framework cannot show the output, for instance a void element with children. */
  'unrenderable',
  /** Read `cookies()` or the like. */
  'request-data',
  /** `notFound()`, `redirect()` and the like: they pass through, and are no failure. */
  'control-flow',
  /** Something inside declared itself uncacheable, such as a `'use cache'` with `revalidate: 0`. */
  'dynamic',
  /** A nested fragment could not be stored, so neither can what embeds it. */
  'nested',
  'store-down',
] as const

export type UncacheableReason = (typeof UNCACHEABLE_REASONS)[number]

/** What a render is known to depend on, once it is final. */
export interface Metadata extends Lifetime {
  readonly dependencies: ReadonlySet<string>
  readonly uncacheableReason: UncacheableReason | undefined
}

/** Whether the render has no output worth showing, so that an older copy is better. */
export function isFailure(reason: UncacheableReason): boolean {
  return reason === 'error' || reason === 'timeout' || reason === 'unrenderable' || reason === 'request-data'
}
