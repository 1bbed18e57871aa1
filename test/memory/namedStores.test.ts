import { expect, it, vi } from 'vitest'
import { commitEntry, filterStored } from '../support/commitEntry.ts'

/** Imports the module again, as another bundle of the process does. */
async function importCopy() {
  vi.resetModules()
  return import('../../lib/memory/memoryStore.ts')
}

it('two stores with one name are one store in all bundles of a process', async () => {
  const one = await importCopy()
  const other = await importCopy()
  expect(other.memoryStore).not.toBe(one.memoryStore)
  await commitEntry(one.memoryStore({ name: 'shared' }), 'a', { dependencies: ['x'] })
  expect(await filterStored(other.memoryStore({ name: 'shared' }), ['a'])).toEqual(['a'])
  expect(await other.memoryStore({ name: 'shared' }).expire(['x'])).toBe(1)
  expect(await filterStored(one.memoryStore({ name: 'shared' }), ['a'])).toEqual([])
})

it('a named store cannot be opened with other settings', async () => {
  const one = await importCopy()
  const other = await importCopy()
  const sized = { name: 'sized', maxBytes: 1_000_000, retention: 60 }
  expect(other.memoryStore(sized)).toBe(one.memoryStore(sized))
  for (const different of [{ maxBytes: 2_000_000 }, { retention: 1 }]) {
    expect(() => other.memoryStore({ ...sized, ...different })).toThrow(
      expect.objectContaining({
        code: 'CC_INVALID_OPTIONS',
        message: expect.stringContaining("'sized' is taken"),
      }),
    )
  }
})

it('the store without a name is shared by all bundles', async () => {
  const one = await importCopy()
  const other = await importCopy()
  expect(other.memoryStore()).toBe(one.memoryStore())
})

it('two stores with different names share no entries', async () => {
  const { memoryStore } = await importCopy()
  await commitEntry(memoryStore({ name: 'one' }), 'a')
  expect(await filterStored(memoryStore({ name: 'other' }), ['a'])).toEqual([])
})

it('two stores with the name false share no entries', async () => {
  const { memoryStore } = await importCopy()
  await commitEntry(memoryStore({ name: false }), 'a')
  expect(await filterStored(memoryStore({ name: false }), ['a'])).toEqual([])
})
