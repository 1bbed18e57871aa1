/**
 * Measures the variants in turns, each round from another one on, so that none has a place in it.
 *
 * @returns the rounds of each variant, in the order of the variants
 */
export async function interleaved(variants, rounds, measure) {
  const measured = variants.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < variants.length; turn++) {
      const index = (round + turn) % variants.length
      measured[index].push(await measure(variants[index]))
    }
  }
  return measured
}
