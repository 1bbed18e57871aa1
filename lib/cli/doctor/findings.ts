export interface Finding {
  /** Stable across versions; the text is not. */
  readonly code: string
  /** A problem makes the command fail; a warning is for a person to weigh. */
  readonly severity: 'problem' | 'warning'
  readonly message: string
  readonly advice?: string
  /** How often it was found, and how many of these were repaired. */
  readonly count: number
  readonly fixed: number
  /** The first few, by name. */
  readonly examples: readonly string[]
}

export interface Findings {
  /** Something about the server, found once. */
  note(finding: Pick<Finding, 'code' | 'severity' | 'message' | 'advice'>): void
  /** Faults of one kind in the index. */
  add(code: IndexFault, names: readonly string[], fixed: boolean): void
  list(): Finding[]
}

const EXAMPLES = 5

/** What can be wrong with the keys in Redis, worst first; the texts are about one of them. */
const INDEX_FAULTS = {
  'wrong-type': {
    severity: 'problem',
    message: 'key of another type where the index or its counters belong: fragments there are not stored',
    advice:
      'It is not deleted, for somebody may need it. Find out who writes it, and give the site other prefixes or another namespace; or delete it, then run `flush`.',
  },
  unindexed: {
    severity: 'problem',
    message: 'fragment that the index does not list, so that an expiry would miss it',
  },
  damaged: {
    severity: 'problem',
    message: 'key among the fragments that is no entry: nobody can tell what it depends on',
  },
  'index-ttl': {
    severity: 'problem',
    message: 'key of the index that has a time to live: it could vanish before the fragments it lists',
    advice: 'This library sets none. Find out who does.',
  },
  'dangling-members': {
    severity: 'problem',
    message: "member of an object's set whose cache is gone: it takes memory",
  },
  'dangling-sets': {
    severity: 'problem',
    message: 'set of a cache that is gone: it takes memory',
  },
  outdated: {
    severity: 'warning',
    message: 'fragment of an earlier epoch, which nobody reads any more: it takes memory until its age ends',
  },
  unreadable: {
    severity: 'warning',
    message: 'unreadable fragment (damaged, or sealed with another secret), which the index lists',
    advice:
      'Name the variable that holds the secret of the site with --secret-env. What the site itself cannot read it replaces.',
  },
  'other-format': {
    severity: 'warning',
    message: 'fragment written by another version of this library, and not examined',
  },
} as const satisfies Record<string, { severity: Finding['severity']; message: string; advice?: string }>

export type IndexFault = keyof typeof INDEX_FAULTS

export function createFindings(): Findings {
  const noted: Finding[] = []
  const tallies = new Map<IndexFault, { count: number; fixed: number; examples: string[] }>()
  return {
    note(finding) {
      noted.push({ count: 1, fixed: 0, examples: [], ...finding })
    },
    add(code, names, fixed) {
      if (names.length === 0) return
      const tally = tallies.get(code) ?? { count: 0, fixed: 0, examples: [] }
      tally.count += names.length
      if (fixed) tally.fixed += names.length
      tally.examples.push(...names.slice(0, EXAMPLES - tally.examples.length))
      tallies.set(code, tally)
    },
    list() {
      const faults = (Object.keys(INDEX_FAULTS) as IndexFault[]).flatMap((code) => {
        const tally = tallies.get(code)
        return tally ? [{ code, ...INDEX_FAULTS[code], ...tally }] : []
      })
      return [...noted, ...faults].sort((a, b) => getRank(a) - getRank(b))
    },
  }
}

const getRank = ({ severity }: Finding) => (severity === 'problem' ? 0 : 1)

export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ severity, count, fixed }) => severity === 'warning' || fixed === count)
}
