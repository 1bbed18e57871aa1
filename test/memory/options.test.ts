import { describe, expect, it } from 'vitest'
import { type MemoryStoreOptions, memoryStore } from '../../lib/memory/memoryStore.ts'

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

  it('the memory store needs no options', () => {
    expect(memoryStore().kind).toBe('memory')
  })
})
