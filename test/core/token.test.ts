import { describe, expect, it } from 'vitest'
import { isAtLeast, minToken } from '../../lib/core/token.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { fetchToken } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'

const token = (clock: number, epoch = 'e') => ({ epoch, clock })

describe('the older of two tokens', () => {
  it('the older of two tokens has the lower clock', () => {
    expect(minToken(token(1), token(2))).toEqual(token(1))
    expect(minToken(token(2), token(1))).toEqual(token(1))
  })

  it('the older of one token is that token', () => {
    expect(minToken(undefined, token(2))).toEqual(token(2))
  })

  it('the older token of two epochs has neither, so that no store commits with it', () => {
    expect(minToken(token(1, 'before'), token(2, 'after')).epoch).toBe('')
    expect(minToken(token(2, 'after'), token(1, 'before')).epoch).toBe('')
  })

  it('no store takes the older token of two epochs, whatever it knows', async () => {
    const store = memoryStore({ name: false })
    const before = await fetchToken(store)
    await store.clear()
    const after = await fetchToken(store)
    expect(after.epoch).not.toBe(before.epoch)
    for (const worthless of [minToken(before, after), minToken(after, before)]) {
      expect(await store.commit('a', entryOf(), worthless)).toBe('unverifiable')
    }
    expect(await store.commit('a', entryOf(), after)).toBe('committed')
  })
})

describe('a token covers another', () => {
  it('a token covers another when it has seen as much or more', () => {
    expect(isAtLeast(token(2), token(1))).toBe(true)
    expect(isAtLeast(token(2), token(2))).toBe(true)
    expect(isAtLeast(token(2), token(3))).toBe(false)
  })

  it('a token covers no token of another epoch', () => {
    expect(isAtLeast(token(2), token(1, 'other'))).toBe(false)
  })
})
