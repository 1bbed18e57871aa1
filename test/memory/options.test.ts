import { describe, expect, it } from 'vitest'
import { type MemoryStoreOptions, memoryStore } from '../../lib/memory/memoryStore.ts'
import { fetchToken } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'
import { fakeClock } from '../support/fakeClock.ts'

describe('options of the memory store', () => {
  it.each<[string, unknown]>([
    ['maxBytes', 0],
    ['maxBytes', -1],
    ['maxBytes', 1.5],
    ['maxBytes', Number.NaN],
    ['maxBytes', Infinity],
    ['maxBytes', '64mb'],
    ['retention', 0],
    ['retention', -5],
    ['retention', Number.NaN],
    ['retention', '10 minutes'],
  ])('an error names the option %s in %o', (option, value) => {
    expect(() => memoryStore({ name: false, [option]: value } as MemoryStoreOptions)).toThrow(
      expect.objectContaining({ code: 'CC_INVALID_OPTIONS', message: expect.stringContaining(option) }),
    )
  })

  it('an invalid option is refused also for an existing store', () => {
    memoryStore({ name: 'options' })
    expect(() => memoryStore({ name: 'options', maxBytes: -1 })).toThrow(TypeError)
  })

  it.each<[number, MemoryStoreOptions]>([
    [600, {}],
    [0.2, { retention: 0.2 }],
  ])('expiries are remembered for %d seconds with %o', async (seconds, options) => {
    const clock = fakeClock()
    const store = memoryStore({ name: false, now: clock.now, ...options })
    const token = await fetchToken(store)
    const entry = entryOf({ dependencies: ['z'] })
    await store.expire(['x'])
    clock.advance(seconds * 1000)
    await store.expire(['y'])
    expect(await store.commit('a', entry, token)).toBe('committed')
    clock.advance(1)
    await store.expire(['y'])
    expect(await store.commit('a', entry, token)).toBe('unverifiable')
  })

  it('the memory store needs no options', () => {
    expect(memoryStore().kind).toBe('memory')
  })
})
