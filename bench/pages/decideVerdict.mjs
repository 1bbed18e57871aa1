import { getMiddleHalf } from '../statistics.mjs'

/**
 * Decides whether a target is met. The value and the middle half of the rounds must agree. Otherwise another run could
 * come to the other verdict, and the verdict is `unclear`.
 *
 * @returns `met`, `missed` or `unclear`; undefined for a target without a limit
 */
export function decideVerdict({ value, rounds }, { atLeast, atMost }) {
  if (atLeast === undefined && atMost === undefined) return undefined
  const keepsLimit = (number) => number >= (atLeast ?? -Infinity) && number <= (atMost ?? Infinity)
  const kept = [value, ...getMiddleHalf(rounds)].map(keepsLimit)
  if (kept.every(Boolean)) return 'met'
  return kept.some(Boolean) ? 'unclear' : 'missed'
}
