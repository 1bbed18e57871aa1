export interface Finding {
  /** Stable across versions; the text is not. */
  readonly code: string
  /** The command fails if there is an unrepaired problem. A warning does not make it fail. */
  readonly severity: 'problem' | 'warning'
  readonly message: string
  readonly advice?: string
  /** Number of occurrences, and how many of them were repaired. */
  readonly count: number
  readonly fixed: number
  /** The keys of the first few occurrences. */
  readonly examples: readonly string[]
}

export interface Findings {
  /** Records a finding about the server. */
  note(finding: Pick<Finding, 'code' | 'severity' | 'message' | 'advice'>): void
  /** Records index faults of one kind. */
  add(code: IndexFault, names: readonly string[], fixed: boolean): void
  list(): Finding[]
}

const MAX_EXAMPLES = 5

/** Faults of keys in Redis, most severe first. Each message describes one key. */
const INDEX_FAULTS = {
  'wrong-type': {
    severity: 'problem',
    message: 'key of another type in the place of an index key: affected fragments cannot be stored',
    advice:
      'It is kept because another program may need it. Find out which program writes it, and give the site other prefixes or another namespace. Or delete it and run `flush`.',
  },
  unindexed: {
    severity: 'problem',
    message: 'fragment that is missing from the index, so an expiry would not find it',
  },
  damaged: {
    severity: 'problem',
    message: 'key with the fragment prefix that is not an entry: its dependencies are unknown',
  },
  'index-ttl': {
    severity: 'problem',
    message: 'index key with a time to live: it could disappear before the fragments that it lists',
    advice: 'This library never sets one. Find out which program does.',
  },
  'dangling-members': {
    severity: 'problem',
    message: "member of an object's set whose cache no longer exists: it uses memory",
  },
  'dangling-sets': {
    severity: 'problem',
    message: 'set of a cache that no longer exists: it uses memory',
  },
  outdated: {
    severity: 'warning',
    message:
      'fragment from an earlier epoch: it is never read, and uses memory until it reaches its maximum age',
  },
  unreadable: {
    severity: 'warning',
    message: 'unreadable fragment (damaged, or signed with another secret) that is in the index',
    advice:
      'Pass the name of the variable with the secret of the site to --secret-env. The site replaces fragments that it cannot read.',
  },
  'other-format': {
    severity: 'warning',
    message: 'fragment that another version of this library wrote: it was not examined',
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
      tally.examples.push(...names.slice(0, MAX_EXAMPLES - tally.examples.length))
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
