/** The middle number, or the mean of the two middle numbers. */
export function median(numbers) {
  const sorted = sort(numbers)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export function quantile(numbers, share) {
  const sorted = sort(numbers)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

/**
 * The lowest and highest number after a quarter of the numbers, rounded down, is left out at each end. All of three
 * numbers count, so few numbers give a wider range.
 */
export function getMiddleHalf(numbers) {
  const sorted = sort(numbers)
  const omitted = Math.floor(sorted.length / 4)
  return [sorted[omitted], sorted[sorted.length - 1 - omitted]]
}

const sort = (numbers) => [...numbers].sort((a, b) => a - b)
