import { expect, it, vi } from 'vitest'
import { commitEntry, filterStored } from '../support/commitEntry.ts'

/** As another bundle of the same process has it. */
async function anotherCopyOfTheModule() {
  vi.resetModules()
  return import('../../lib/memory/memoryStore.ts')
}

it('two stores of one name are one store in every bundle of the process', async () => {
  const one = await anotherCopyOfTheModule()
  const other = await anotherCopyOfTheModule()
  expect(other.memoryStore).not.toBe(one.memoryStore)
  await commitEntry(one.memoryStore({ name: 'shared' }), 'a', { dependencies: ['x'] })
  expect(await filterStored(other.memoryStore({ name: 'shared' }), ['a'])).toEqual(['a'])
  expect(await other.memoryStore({ name: 'shared' }).expire(['x'])).toBe(1)
  expect(await filterStored(one.memoryStore({ name: 'shared' }), ['a'])).toEqual([])
})

it('a store of one name has one size, whoever asks for it first', async () => {
  const one = await anotherCopyOfTheModule()
  const other = await anotherCopyOfTheModule()
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

it('the store without a name is shared as well', async () => {
  const one = await anotherCopyOfTheModule()
  const other = await anotherCopyOfTheModule()
  expect(other.memoryStore()).toBe(one.memoryStore())
})

it('two stores of different names have nothing in common', async () => {
  const { memoryStore } = await anotherCopyOfTheModule()
  await commitEntry(memoryStore({ name: 'one' }), 'a')
  expect(await filterStored(memoryStore({ name: 'other' }), ['a'])).toEqual([])
})

it('two stores named false have nothing in common', async () => {
  const { memoryStore } = await anotherCopyOfTheModule()
  await commitEntry(memoryStore({ name: false }), 'a')
  expect(await filterStored(memoryStore({ name: false }), ['a'])).toEqual([])
})
