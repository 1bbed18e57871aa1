import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, it } from 'vitest'
import { snapshotContext } from '../../lib/core/runDetached.ts'

const storage = new AsyncLocalStorage<string>()
const store = () => storage.getStore()

it('a task runs in the async context of the snapshot, also after an await', async () => {
  const inFirst = storage.run('first', snapshotContext)
  await storage.run('second', async () => {
    expect(inFirst(store)).toBe('first')
    const afterAwait = inFirst(async () => {
      await null
      return store()
    })
    expect(await afterAwait).toBe('first')
    expect(store()).toBe('second')
  })
})

it('a snapshot without a store hides the store of its caller', () => {
  const inNone = snapshotContext()
  expect(storage.run('caller', () => inNone(store))).toBeUndefined()
})
