import { median } from '../statistics.mjs'

/** The median of the ratios within each round: fair also when the machine was slower in some. */
export function ratio(rounds, others, field) {
  return median(rounds.map((round, index) => round[field] / others[index][field]))
}
