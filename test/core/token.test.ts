import { describe, expect, it } from 'vitest'
import { covers, olderToken } from '../../lib/core/token.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { entryOf } from '../support/entries.ts'
import { tokenFrom } from '../support/put.ts'

const token = (clock: number, epoch = 'e') => ({ epoch, clock })

describe('the older of two tokens', () => {
  it('is that of the lower clock', () => {
    expect(olderToken(token(1), token(2))).toEqual(token(1))
    expect(olderToken(token(2), token(1))).toEqual(token(1))
  })

  it('is the one there is', () => {
    expect(olderToken(undefined, token(2))).toEqual(token(2))
  })

  it('is of neither epoch when they differ, so that no store takes a commit with it', () => {
    expect(olderToken(token(1, 'before'), token(2, 'after')).epoch).toBe('')
    expect(olderToken(token(2, 'after'), token(1, 'before')).epoch).toBe('')
  })

  it('is taken by no store when they differ, whatever the store knows', async () => {
    const store = memoryStore({ name: false })
    const before = await tokenFrom(store)
    await store.clear()
    const after = await tokenFrom(store)
    expect(after.epoch).not.toBe(before.epoch)
    for (const worthless of [olderToken(before, after), olderToken(after, before)]) {
      expect(await store.commit('a', entryOf(), worthless)).toBe('unverifiable')
    }
    expect(await store.commit('a', entryOf(), after)).toBe('committed')
  })
})

describe('a token covers another', () => {
  it('when it has seen as much or more', () => {
    expect(covers(token(2), token(1))).toBe(true)
    expect(covers(token(2), token(2))).toBe(true)
    expect(covers(token(2), token(3))).toBe(false)
  })

  it('never across epochs', () => {
    expect(covers(token(2), token(1, 'other'))).toBe(false)
  })
})
