import { median } from '../statistics.mjs'

/** Returns the median of the ratios within each round, which does not depend on the machine's speed per round. */
export function getMedianRatio(rounds, baseline, field) {
  return median(rounds.map((round, index) => round[field] / baseline[index][field]))
}
