export interface FragmentGroup {
  readonly name: string
  readonly count: number
}

/** Counts fragments by name. '"film/row"@"build"[12,"rating"]' has the name 'film/row'. */
export function groupFragments(keys: readonly string[]): FragmentGroup[] {
  const counts = new Map<string, number>()
  for (const key of keys) {
    const name = /^"((?:[^"\\]|\\.)*)"@/.exec(key)?.[1] ?? key
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => ({ name, count }))
}
