import { describe, expect, it } from 'vitest'
import { ENTRY_FORMAT, type Entry, type SharedLookup } from '../../../lib/core/fragmentStore.ts'
import type { Freshness } from '../../../lib/core/freshness.ts'
import { decide, type FoundFragment, getEntryToDecode } from '../../../lib/core/serve/decide.ts'

// The whole table, without a store or a clock.

const entry: Entry = {
  format: ENTRY_FORMAT,
  name: 'a',
  createdAt: 0,
  staleAt: 10,
  discardAt: 20,
  dependencies: [],
  route: undefined,
  payload: new Uint8Array([1]),
}
const token = { epoch: 'e', clock: 1 }
const lookup: SharedLookup = { now: 15, token, requiredToken: token, entry, markedStale: false }
const fresh: Freshness = { state: 'fresh', entry }
const stale: Freshness = { state: 'stale', entry, reason: 'ttl' }
const none: Freshness = { state: 'unusable', reason: 'tag' }
const decoded = { value: 'output' }

const shared = (freshness: Freshness, isDecoded = true): FoundFragment<string> => ({
  source: 'shared',
  lookup,
  freshness,
  decoded: isDecoded ? decoded : undefined,
})
const local = (freshness: Freshness, isDecoded = true): FoundFragment<string> => ({
  ...shared(freshness, isDecoded),
  source: 'local',
  lookup,
  freshness,
  decoded: isDecoded ? decoded : undefined,
})
const both = [true, false]

describe.each(both)('current output is required: %s', (mustBeCurrent) => {
  it('a store that is down leads to a fill without a lookup', () => {
    expect(decide({ source: 'store-down' }, mustBeCurrent)).toEqual({
      action: 'fill',
      lookup: undefined,
      reason: 'absent',
    })
  })

  it('a fresh entry is shown', () => {
    const shown = { action: 'show', lookup, entry, value: 'output' }
    expect(decide(shared(fresh), mustBeCurrent)).toEqual({ ...shown, isLocalCopy: false })
    expect(decide(local(fresh), mustBeCurrent)).toEqual({ ...shown, isLocalCopy: true })
  })

  it.each([
    ['is stale', local(stale)],
    ['is discarded', local(none, false)],
    ['cannot be decoded', local(fresh, false)],
  ])('a local copy that %s sends the request to the shared store', (_, findings) => {
    expect(decide(findings, mustBeCurrent)).toEqual({ action: 'look-up-shared' })
  })

  it.each(['absent', 'unreadable', 'ttl', 'tag'] as const)(
    'an unusable entry leads to a fill with the reason: %s',
    (reason) => {
      expect(decide(shared({ state: 'unusable', reason }, false), mustBeCurrent)).toEqual({
        action: 'fill',
        lookup,
        reason,
      })
    },
  )

  it('a fresh entry that cannot be decoded leads to a fill', () => {
    expect(decide(shared(fresh, false), mustBeCurrent)).toEqual({
      action: 'fill',
      lookup,
      reason: 'unreadable',
    })
  })

  it('the output of a fresh entry is needed, and of an unusable entry is not', () => {
    expect(getEntryToDecode(fresh, true, mustBeCurrent)).toBe(entry)
    expect(getEntryToDecode(fresh, false, mustBeCurrent)).toBe(entry)
    expect(getEntryToDecode(none, true, mustBeCurrent)).toBeUndefined()
  })
})

describe('a stale entry', () => {
  const copy = { lookup, entry, reason: 'ttl' }

  it('a stale entry is shown while a fill replaces it', () => {
    expect(getEntryToDecode(stale, true, false)).toBe(entry)
    expect(decide(shared(stale), false)).toEqual({ action: 'show-stale', ...copy, value: 'output' })
  })

  it('a stale entry that cannot be decoded leads to a fill', () => {
    expect(decide(shared(stale, false), false)).toEqual({ action: 'fill', lookup, reason: 'unreadable' })
  })

  it('a stale entry is the fallback of the fill when current output is required', () => {
    expect(getEntryToDecode(stale, true, true)).toBeUndefined()
    expect(decide(shared(stale, false), true)).toEqual({ action: 'fill-with-fallback', ...copy })
  })

  it('the output of a stale copy in the process is not needed', () => {
    expect(getEntryToDecode(stale, false, false)).toBeUndefined()
  })
})
