export interface Finding {
  /** Stable across versions; the text is not. */
  readonly code: string
  /** The command fails if there is an unrepaired problem. A warning does not make it fail. */
  readonly severity: 'problem' | 'warning'
  readonly message: string
  readonly advice?: string
  /** Whether `--fix` repairs it. */
  readonly fixable: boolean
  /** Number of occurrences, and how many of them were repaired. */
  readonly count: number
  readonly fixed: number
  /** The keys of the first few occurrences. */
  readonly examples: readonly string[]
}

export interface Findings {
  /** Records a finding about the server. */
  note(finding: Pick<Finding, 'code' | 'severity' | 'message' | 'advice'>): void
  /**
   * Records index faults of one kind.
   *
   * @param places the keys, or the references, that have the fault
   */
  add(code: IndexFault, places: readonly string[], fixed: boolean): void
  list(): Finding[]
}

const MAX_EXAMPLES = 5

/** Faults of keys in Redis, most severe first. Each message describes one key. */
const INDEX_FAULTS = {
  'wrong-type': {
    severity: 'problem',
    fixable: false,
    message: 'key of another type in the place of an index key: affected entries cannot be stored',
    advice:
      'It is kept because another program may need it. Find out which program writes it, and give the site other prefixes or another namespace. Or delete it and run `flush`.',
  },
  unindexed: {
    severity: 'problem',
    fixable: true,
    message: 'entry that is missing from the index, so an expiry would not find it',
  },
  damaged: {
    severity: 'problem',
    fixable: true,
    message: 'key with the fragment prefix that is not an entry: its dependencies are unknown',
  },
  'index-ttl': {
    severity: 'problem',
    fixable: true,
    message: 'index key with a time to live: it could disappear before the entries that it lists',
    advice: 'This library never sets one. Find out which program does.',
  },
  'dangling-members': {
    severity: 'problem',
    fixable: true,
    message: "member of an object's set whose cache no longer exists: it uses memory",
  },
  'dangling-sets': {
    severity: 'problem',
    fixable: true,
    message: 'set of a cache that no longer exists: it uses memory',
  },
  outdated: {
    severity: 'warning',
    fixable: true,
    message:
      'entry from an earlier epoch: it is never read, and uses memory until it reaches its maximum age',
  },
  unreadable: {
    severity: 'warning',
    fixable: false,
    message: 'unreadable entry (damaged, or signed with another secret) that is in the index',
    advice:
      'Pass the name of the variable with the secret of the site to --secret-env. The site replaces entries that it cannot read.',
  },
  'other-format': {
    severity: 'warning',
    fixable: false,
    message: 'entry that another version of this library wrote: it was not examined',
  },
} as const satisfies Record<string, Pick<Finding, 'severity' | 'message' | 'advice' | 'fixable'>>

export type IndexFault = keyof typeof INDEX_FAULTS

export function createFindings(): Findings {
  const noted: Finding[] = []
  const tallies = new Map<IndexFault, { count: number; fixed: number; examples: string[] }>()
  return {
    note(finding) {
      noted.push({ fixable: false, count: 1, fixed: 0, examples: [], ...finding })
    },
    add(code, places, fixed) {
      if (places.length === 0) return
      const tally = tallies.get(code) ?? { count: 0, fixed: 0, examples: [] }
      tally.count += places.length
      if (fixed) tally.fixed += places.length
      tally.examples.push(...places.slice(0, MAX_EXAMPLES - tally.examples.length))
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
