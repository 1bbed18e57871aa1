import type { FragmentReport } from 'react-cache-content/next'

export type Outcome = FragmentReport['outcome']

interface OutcomeText {
  one: string
  many: string
  /** A shape, so that colour is never the only difference. */
  icon: string
  meaning: string
}

export const OUTCOMES: { readonly [Name in Outcome]: OutcomeText } = {
  hit: { one: 'hit', many: 'hits', icon: '●', meaning: 'came from the cache; nothing inside ran' },
  stale: { one: 'stale', many: 'stale', icon: '◐', meaning: 'an old copy was shown while a new one is made' },
  miss: { one: 'miss', many: 'misses', icon: '○', meaning: 'was rendered' },
  join: {
    one: 'joined',
    many: 'joined',
    icon: '◎',
    meaning: 'took the render of a request a moment earlier',
  },
}

const REASONS: Record<string, string> = {
  absent: 'not in the cache',
  ttl: 'its time was up',
  refreshed: 'it was marked for a refresh',
  tag: 'a Next tag was revalidated',
  unreadable: 'the copy was made by another build',
  fenced: 'an object in it was expired while it rendered',
}

export const reasonText = (reason: string | undefined) => reason && (REASONS[reason] ?? reason)
