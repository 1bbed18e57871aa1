import type { Lifetime } from './lifetime.ts'

/** Why the output of a render is not stored. */
export type UncacheableReason =
  | 'error'
  | 'timeout'
  /** The framework cannot show the output, for instance a void element with children. */
  | 'unrenderable'
  /** It read data of the request, such as `cookies()`. */
  | 'request-data'
  /** `notFound()`, `redirect()` or a similar call, which passes through and is no failure. */
  | 'control-flow'
  /** Something inside declared itself uncacheable, such as a `'use cache'` with `revalidate: 0`. */
  | 'dynamic'
  /** A nested fragment could not be stored, so the fragment that embeds it cannot be either. */
  | 'nested'
  | 'store-down'

/** The most specific reason first. */
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

/** Of several reasons the most specific is reported, and of equal ones the first. */
export function isMoreSpecificReason(
  reason: UncacheableReason,
  current: UncacheableReason | undefined,
): boolean {
  return current === undefined || UNCACHEABLE_REASONS.indexOf(reason) < UNCACHEABLE_REASONS.indexOf(current)
}

/** The dependencies and the lifetime of a final render. */
export interface Metadata extends Lifetime {
  readonly dependencies: ReadonlySet<string>
  readonly uncacheableReason: UncacheableReason | undefined
}

/** Whether the render has no usable output, so that an older copy is better. */
export function isFailure(reason: UncacheableReason): boolean {
  return reason === 'error' || reason === 'timeout' || reason === 'unrenderable' || reason === 'request-data'
}
