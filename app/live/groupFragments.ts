export interface FragmentGroup {
  readonly name: string
  readonly varies: readonly string[]
}

/** Fragments of one name as one line: '"film/row"@"build"[12,"rating"]' is film/row, [12,"rating"]. */
export function groupFragments(keys: readonly string[]): FragmentGroup[] {
  const groups = new Map<string, string[]>()
  for (const key of keys) {
    const { name, vary } = partsOf(key)
    groups.set(name, [...(groups.get(name) ?? []), vary])
  }
  return [...groups].map(([name, varies]) => ({ name, varies: varies.filter(Boolean) }))
}

function partsOf(key: string): { name: string; vary: string } {
  const [, name, vary = ''] = /^"((?:[^"\\]|\\.)*)"@"(?:[^"\\]|\\.)*"(.*)$/s.exec(key) ?? []
  return name === undefined ? { name: key, vary: '' } : { name, vary }
}
