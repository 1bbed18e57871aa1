import leven from 'leven'

/** Characters compared. Longer keys differ early, or are too long to be read in a message. */
const MAX_COMPARED = 100

/**
 * The known keys that are most like `key`, nearest first: those that hold its words (`product:5` and
 * `product:gid://5`), then those that differ by the fewest edits (`stroy:5` and `story:5`).
 */
export function findNearestKeys(key: string, candidates: Iterable<string>, count = 3): string[] {
  const wanted = splitWords(key)
  const rated = Array.from(candidates, (candidate) => {
    const words = new Set(splitWords(candidate))
    return { candidate, missing: wanted.filter((word) => !words.has(word)).length }
  }).sort((a, b) => a.missing - b.missing)
  // Edits are costly to count, so they only order those that may be named.
  const last = rated[count - 1]?.missing ?? Infinity
  return rated
    .filter(({ missing }) => missing <= last)
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
