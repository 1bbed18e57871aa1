import type { FragmentReport } from 'react-cache-content/next'

export type Outcome = FragmentReport['outcome']

interface OutcomeText {
  one: string
  many: string
  /** A shape that distinguishes the outcomes without colour. */
  icon: string
  meaning: string
}

export const OUTCOMES: { readonly [Name in Outcome]: OutcomeText } = {
  hit: {
    one: 'hit',
    many: 'hits',
    icon: '●',
    meaning: 'served from the cache without running its components',
  },
  stale: {
    one: 'stale',
    many: 'stale',
    icon: '◐',
    meaning: 'served as an old copy while a new one is rendered',
  },
  miss: { one: 'miss', many: 'misses', icon: '○', meaning: 'rendered for this request' },
  join: {
    one: 'joined',
    many: 'joined',
    icon: '◎',
    meaning: 'shared the render of another request',
  },
}

const REASONS: Record<string, string> = {
  absent: 'not in the cache',
  ttl: 'its TTL has passed',
  refreshed: 'it was marked for a refresh',
  tag: 'a Next tag was revalidated',
  unreadable: 'another build stored it',
  fenced: 'one of its objects was expired during the render',
}

export const formatReason = (reason: string | undefined) => reason && (REASONS[reason] ?? reason)
