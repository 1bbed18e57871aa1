import { getMedian } from './formatTable.mjs'

/**
 * Compares a mode with its reference.
 *
 * @returns `value`: the ratio of the two medians, which a reader can calculate from the printed figures; `rounds`: the
 * ratio in each round, which shows how far the value can be trusted
 */
export function compareRounds(rounds, reference, field) {
  return {
    value: getMedian(rounds, field) / getMedian(reference, field),
    rounds: rounds.map((round, index) => round[field] / reference[index][field]),
  }
}

export const getRatio = (rounds, reference, field) => compareRounds(rounds, reference, field).value
