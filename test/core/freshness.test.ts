import { describe, expect, it } from 'vitest'
import { freshnessOf } from '../../lib/core/freshness.ts'
import type { Entry, Lookup } from '../../lib/core/store.ts'
import { entryOf } from '../support/entries.ts'

const found = (entry: Entry | undefined, now = 0, refreshed = false): Lookup => ({
  now,
  token: { epoch: 'e', clock: 0 },
  current: { epoch: 'e', clock: 0 },
  entry,
  refreshed,
})
const entry = entryOf({ staleAt: 10, goneAt: 20 })

describe('an entry', () => {
  it.each([
    [9.999, { state: 'fresh', entry }],
    [10, { state: 'stale', entry, reason: 'ttl' }],
    [19.999, { state: 'stale', entry, reason: 'ttl' }],
    [20, { state: 'none', reason: 'ttl' }],
  ])('that is stale at 10 and gone at 20 is at %d %o', (now, freshness) => {
    expect(freshnessOf(found(entry, now))).toEqual(freshness)
  })

  it('is stale from a refresh on, and gone when its time comes', () => {
    expect(freshnessOf(found(entry, 5, true))).toEqual({ state: 'stale', entry, reason: 'refreshed' })
    expect(freshnessOf(found(entry, 20, true))).toEqual({ state: 'none', reason: 'ttl' })
  })

  it('is what the host judges, when the store finds nothing wrong', () => {
    const unlessRefreshed = (_: unknown, __: number, refreshed: boolean) => (refreshed ? 'fresh' : 'expired')
    expect(freshnessOf(found(entry, 5, true), unlessRefreshed)).toMatchObject({ state: 'stale' })
    expect(freshnessOf(found(entry, 5), unlessRefreshed)).toMatchObject({ state: 'none', reason: 'tag' })
    expect(freshnessOf(found(entry), () => 'fresh')).toMatchObject({ state: 'fresh' })
    expect(freshnessOf(found(entry), () => 'stale')).toMatchObject({ state: 'stale', reason: 'tag' })
    expect(freshnessOf(found(entry), () => 'expired')).toEqual({ state: 'none', reason: 'tag' })
  })

  it('is judged by how long ago its data may have been read, with the time since the store was asked', () => {
    const ages: number[] = []
    const judge = (_: Entry, age: number) => {
      ages.push(age)
      return 'fresh' as const
    }
    const made = entryOf({ createdAt: 1_000 })
    freshnessOf(found(made, 1_600), judge)
    freshnessOf(found(made, 1_600), judge, 25)
    expect(ages).toEqual([600, 625])
  })

  it('that the host calls expired is not served as a stale copy either', () => {
    expect(freshnessOf(found(entry, 15), () => 'expired')).toEqual({ state: 'none', reason: 'tag' })
    expect(freshnessOf(found(entry, 5, true), () => 'expired')).toEqual({ state: 'none', reason: 'tag' })
  })

  it('is not vouched for by a host that cannot tell', () => {
    const judge = () => {
      throw new Error('the framework has changed')
    }
    expect(freshnessOf(found(entry), judge)).toEqual({ state: 'none', reason: 'tag' })
  })

  it('may be absent', () => {
    expect(freshnessOf(found(undefined))).toEqual({ state: 'none', reason: 'absent' })
  })
})

describe('rule 20: an entry that this version cannot read', () => {
  it.each<[string, object]>([
    ['is of an older format', { format: 0 }],
    ['is of a newer format', { format: 99 }],
    ['is of no format', { format: undefined }],
    ['has no dependencies', { dependencies: undefined }],
    ['has no payload', { payload: undefined }],
    ['has a payload of another kind', { payload: 'text' }],
    ['has an empty payload', { payload: new Uint8Array() }],
    ['has times of another kind', { staleAt: '2020-01-01' }],
    ['has no end', { goneAt: null }],
  ])('is a miss when it %s', (_, fields) => {
    expect(freshnessOf(found(entryOf(fields)))).toEqual({ state: 'none', reason: 'unreadable' })
  })
})
