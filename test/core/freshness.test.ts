import { describe, expect, it } from 'vitest'
import type { Entry, Lookup } from '../../lib/core/fragmentStore.ts'
import { evaluateFreshness } from '../../lib/core/freshness.ts'
import { entryOf } from '../support/entries.ts'

const createLookup = (entry: Entry | undefined, now = 0, markedStale = false): Lookup => ({
  now,
  token: { epoch: 'e', clock: 0 },
  requiredToken: { epoch: 'e', clock: 0 },
  entry,
  markedStale,
})
const entry = entryOf({ staleAt: 10, discardAt: 20 })

describe('an entry', () => {
  it.each([
    [9.999, { state: 'fresh', entry }],
    [10, { state: 'stale', entry, reason: 'ttl' }],
    [19.999, { state: 'stale', entry, reason: 'ttl' }],
    [20, { state: 'unusable', reason: 'ttl' }],
  ])('an entry that is stale at 10 and discarded at 20 is at %d %o', (now, freshness) => {
    expect(evaluateFreshness(createLookup(entry, now))).toEqual(freshness)
  })

  it('an entry is stale after a refresh, until it is discarded', () => {
    expect(evaluateFreshness(createLookup(entry, 5, true))).toEqual({
      state: 'stale',
      entry,
      reason: 'refreshed',
    })
    expect(evaluateFreshness(createLookup(entry, 20, true))).toEqual({ state: 'unusable', reason: 'ttl' })
  })

  it('the host decides on an entry that is fresh in the store', () => {
    const unlessRefreshed = (_: unknown, __: number, markedStale: boolean) =>
      markedStale ? 'fresh' : 'expired'
    expect(evaluateFreshness(createLookup(entry, 5, true), unlessRefreshed)).toMatchObject({ state: 'stale' })
    expect(evaluateFreshness(createLookup(entry, 5), unlessRefreshed)).toMatchObject({
      state: 'unusable',
      reason: 'tag',
    })
    expect(evaluateFreshness(createLookup(entry), () => 'fresh')).toMatchObject({ state: 'fresh' })
    expect(evaluateFreshness(createLookup(entry), () => 'stale')).toMatchObject({
      state: 'stale',
      reason: 'tag',
    })
    expect(evaluateFreshness(createLookup(entry), () => 'expired')).toEqual({
      state: 'unusable',
      reason: 'tag',
    })
  })

  it("the host receives the age of an entry's data, with the time since the lookup", () => {
    const ages: number[] = []
    const checkHostFreshness = (_: Entry, ageMs: number) => {
      ages.push(ageMs)
      return 'fresh' as const
    }
    const lookup = createLookup(entryOf({ createdAt: 1_000 }), 1_600)
    evaluateFreshness(lookup, checkHostFreshness)
    evaluateFreshness(lookup, checkHostFreshness, 25)
    expect(ages).toEqual([600, 625])
  })

  it('an entry that the host calls expired is not served as a stale copy', () => {
    expect(evaluateFreshness(createLookup(entry, 15), () => 'expired')).toEqual({
      state: 'unusable',
      reason: 'tag',
    })
    expect(evaluateFreshness(createLookup(entry, 5, true), () => 'expired')).toEqual({
      state: 'unusable',
      reason: 'tag',
    })
  })

  it('an entry counts as expired when the check of the host throws', () => {
    const checkHostFreshness = () => {
      throw new Error('the framework has changed')
    }
    expect(evaluateFreshness(createLookup(entry), checkHostFreshness)).toEqual({
      state: 'unusable',
      reason: 'tag',
    })
  })

  it('an absent entry is a miss', () => {
    expect(evaluateFreshness(createLookup(undefined))).toEqual({ state: 'unusable', reason: 'absent' })
  })
})

describe('an unreadable entry (rule 20)', () => {
  it.each<[string, object]>([
    ['is of an older format', { format: 0 }],
    ['is of a newer format', { format: 99 }],
    ['is of no format', { format: undefined }],
    ['has no dependencies', { dependencies: undefined }],
    ['has no payload', { payload: undefined }],
    ['has a payload of another kind', { payload: 'text' }],
    ['has an empty payload', { payload: new Uint8Array() }],
    ['has times of another kind', { staleAt: '2020-01-01' }],
    ['has no time of its end', { discardAt: null }],
  ])('an unreadable entry is a miss when it %s', (_, fields) => {
    expect(evaluateFreshness(createLookup(entryOf(fields)))).toEqual({
      state: 'unusable',
      reason: 'unreadable',
    })
  })
})
