/**
 * Measures the variants in turn. Each round begins with another variant, so that the order favours none.
 *
 * @returns the results of all rounds per variant, in the order of the variants
 */
export async function measureInterleaved(variants, rounds, measure) {
  const results = variants.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < variants.length; turn++) {
      const index = (round + turn) % variants.length
      results[index].push(await measure(variants[index]))
    }
  }
  return results
}
