import { describe, expect, it } from 'vitest'

// In a file of its own: what a process shares is shared by the tests of a file.
describe('importing createContentCache', () => {
  it('createContentCache leaves the default store to other callers', async () => {
    const { createContentCache } = await import('react-cache-content/next')
    const { memoryStore } = await import('react-cache-content/memory')
    const store = memoryStore({ maxBytes: 1024 * 1024 * 1024 })
    expect(() => createContentCache({ store })).not.toThrow()
    expect(memoryStore({ maxBytes: 1024 * 1024 * 1024 })).toBe(store)
    expect(memoryStore({ maxBytes: 1024 })).not.toBe(store)
    memoryStore({ maxBytes: 1024, name: 'small' })
    expect(() => memoryStore({ maxBytes: 2048, name: 'small' })).toThrow(/CC_INVALID_OPTIONS/)
  })
})
