import { describe, expect, it } from 'vitest'
import { isAtLeast, maxToken, minToken } from '../../lib/core/token.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { fetchToken } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'

const token = (clock: number, epoch = 'e') => ({ epoch, clock })

describe('the older of two tokens', () => {
  it('the older of two tokens has the lower clock', () => {
    expect(minToken(token(1), token(2))).toEqual(token(1))
    expect(minToken(token(2), token(1))).toEqual(token(1))
  })

  it('a single token is the older one', () => {
    expect(minToken(undefined, token(2))).toEqual(token(2))
  })

  it('the older token of two epochs belongs to neither', () => {
    expect(minToken(token(1, 'before'), token(2, 'after')).epoch).toBe('')
    expect(minToken(token(2, 'after'), token(1, 'before')).epoch).toBe('')
  })

  it('a store refuses the older token of two epochs', async () => {
    const store = memoryStore({ name: false })
    const before = await fetchToken(store)
    await store.clear()
    const after = await fetchToken(store)
    expect(after.epoch).not.toBe(before.epoch)
    for (const invalid of [minToken(before, after), minToken(after, before)]) {
      expect(await store.commit('a', entryOf(), invalid)).toBe('unverifiable')
    }
    expect(await store.commit('a', entryOf(), after)).toBe('committed')
  })
})

describe('the later of two tokens of one moment', () => {
  it('the later of two tokens has the higher clock', () => {
    expect(maxToken(token(1), token(2))).toEqual(token(2))
    expect(maxToken(token(2), token(1))).toEqual(token(2))
  })

  it('a single token is the later one', () => {
    expect(maxToken(token(1), undefined)).toEqual(token(1))
    expect(maxToken(undefined, token(1))).toEqual(token(1))
    expect(maxToken(undefined, undefined)).toBeUndefined()
  })

  it('the later of two tokens is the first one when another epoch has begun', () => {
    expect(maxToken(token(1, 'before'), token(2, 'after'))).toEqual(token(1, 'before'))
  })
})

describe('isAtLeast', () => {
  it('a token covers another with the same or a lower clock', () => {
    expect(isAtLeast(token(2), token(1))).toBe(true)
    expect(isAtLeast(token(2), token(2))).toBe(true)
    expect(isAtLeast(token(2), token(3))).toBe(false)
  })

  it('a token covers no token of another epoch', () => {
    expect(isAtLeast(token(2), token(1, 'other'))).toBe(false)
  })
})
