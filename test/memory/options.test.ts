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
    ['retention', Infinity],
  ])('an error names the option %s in %o', (option, value) => {
    expect(() => memoryStore({ name: false, [option]: value } as MemoryStoreOptions)).toThrow(
      expect.objectContaining({ code: 'CC_INVALID_OPTIONS', message: expect.stringContaining(option) }),
    )
  })

  it.each([
    [{ retention: -1 }, 'Option `retention` must be a number of seconds above 0, but is -1.'],
    // Ten minutes in milliseconds.
    [{ retention: 600_000 }, 'Option `retention` must be at most 86,400 seconds (a day), but is 600000.'],
    [{ maxBytes: 0 }, 'Option `maxBytes` must be a whole number of bytes above 0, but is 0.'],
    [
      { maxbytes: 6 },
      'Option `maxbytes` does not exist. Choose from `maxBytes`, `name`, `retention`, `now`.',
    ],
    [
      null,
      'Option `options` of `memoryStore` must be an object such as { maxBytes: 256 * 1024 * 1024 }, but is null.',
    ],
    [
      6,
      'Option `options` of `memoryStore` must be an object such as { maxBytes: 256 * 1024 * 1024 }, but is a number.',
    ],
  ])('the error for %o says what to pass', (options, text) => {
    expect(() => memoryStore(options as MemoryStoreOptions)).toThrow(
      expect.objectContaining({ code: 'CC_INVALID_OPTIONS', message: expect.stringContaining(text) }),
    )
  })

  it('the bounds themselves, and options that are undefined, are accepted', () => {
    const options = { name: false, retention: 86_400, maxBytes: 1, now: undefined, maxbytes: undefined }
    expect(() => memoryStore(options as unknown as MemoryStoreOptions)).not.toThrow()
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
