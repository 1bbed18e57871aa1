/**
 * Measures the variants in turn. In each round the order is random, because a fixed order would give each variant the
 * same predecessor in all rounds. Variants of the same build and `group` are measured one after the other, because a
 * ratio is disturbed less by other programs when little time is between its two measurements.
 *
 * @param random returns numbers from 0 to 1, such as a function of `createRandom`
 * @returns the results of all rounds per variant, in the order of the variants
 */
export async function measureInterleaved(variants, rounds, random, measure) {
  const results = variants.map(() => [])
  const indexes = variants.map((_, index) => index)
  for (let round = 0; round < rounds; round++) {
    const keys = [(index) => variants[index].build, (index) => variants[index].group]
    for (const index of shuffleGroups(indexes, keys, random))
      results[index].push(await measure(variants[index]))
  }
  return results
}

/** Shuffles items. Items for which the first key returns the same value stay together, and so on for the next keys. */
export function shuffleGroups(items, [getKey, ...keys], random) {
  if (getKey === undefined) return shuffle(items, random)
  const groups = new Map()
  for (const item of items) groups.set(getKey(item), [...(groups.get(getKey(item)) ?? []), item])
  return shuffle([...groups.values()], random).flatMap((group) => shuffleGroups(group, keys, random))
}

/** The algorithm is Fisher-Yates, in which each order has the same probability. */
function shuffle(items, random) {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const index = Math.floor(random() * (last + 1))
    ;[shuffled[last], shuffled[index]] = [shuffled[index], shuffled[last]]
  }
  return shuffled
}
