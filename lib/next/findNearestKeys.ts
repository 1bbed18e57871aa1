import leven from 'leven'

/** Characters of a key to compare. Longer keys differ before that, or are too long to read in a message. */
const MAX_COMPARED = 100

/**
 * Returns the candidates that are most similar to `key`, nearest first. Keys with the same words come first
 * (`product:5` and `product:gid://5`), then keys that differ by the fewest edits (`stroy:5` and `story:5`).
 */
export function findNearestKeys(key: string, candidates: Iterable<string>, count = 3): string[] {
  const wantedWords = splitWords(key)
  const candidatesByWords = Array.from(candidates, (candidate) => {
    const words = new Set(splitWords(candidate))
    return { candidate, missing: wantedWords.filter((word) => !words.has(word)).length }
  }).sort((a, b) => a.missing - b.missing)
  // Edits are costly to count, so they order only the keys that may be returned.
  const maxMissing = candidatesByWords[count - 1]?.missing ?? Infinity
  return candidatesByWords
    .filter(({ missing }) => missing <= maxMissing)
    .map((entry) => ({ ...entry, edits: leven(shorten(key), shorten(entry.candidate)) }))
    .sort((a, b) => a.missing - b.missing || a.edits - b.edits)
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

function splitWords(key: string): string[] {
  return shorten(key)
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

function shorten(key: string): string {
  return key.slice(0, MAX_COMPARED)
}
