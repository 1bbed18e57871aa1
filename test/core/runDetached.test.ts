import { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId } from 'node:async_hooks'
import { expect, it } from 'vitest'
import { runDetached, runShared } from '../../lib/core/runDetached.ts'

const storages = [new AsyncLocalStorage<string>(), new AsyncLocalStorage<string>()]
const inRequest = <T>(task: () => T) =>
  storages.reduce((run, storage) => () => storage.run('request', run), task)()
const stores = () => storages.map((storage) => storage.getStore())

it('a detached task sees no store of its caller', () => {
  inRequest(() => {
    expect(runDetached(stores)).toEqual([undefined, undefined])
    expect(stores()).toEqual(['request', 'request'])
  })
})

it('a detached task sees no store after an await or in a timer', async () => {
  const seen = await inRequest(() =>
    runDetached(async () => {
      await null
      const afterAwait = stores()
      return [afterAwait, await new Promise((resolve) => setTimeout(() => resolve(stores())))]
    }),
  )
  expect(seen).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ])
})

it('a store that one detached task enters does not reach the next', () => {
  runDetached(() => storages[0]?.enterWith('left behind'))
  expect(runDetached(stores)).toEqual([undefined, undefined])
})

it('runDetached returns the result of its task, and throws its error', () => {
  expect(runDetached(() => 1)).toBe(1)
  expect(() =>
    runDetached(() => {
      throw new RangeError('no')
    }),
  ).toThrow(RangeError)
})

it('a shared task is no consequence of its caller', async () => {
  const triggers = new Map<number, number>()
  const hook = createHook({ init: (id, _type, trigger) => void triggers.set(id, trigger) }).enable()
  const { caller, chain } = await inRequest(async () => {
    const resource = new AsyncResource('caller')
    const caller = resource.asyncId()
    const last = await resource.runInAsyncScope(
      () =>
        new Promise<number>((resolve) => runShared(() => setImmediate(() => resolve(executionAsyncId())))),
    )
    const chain: number[] = []
    for (let id: number | undefined = last; id; id = triggers.get(id)) chain.push(id)
    return { caller, chain }
  })
  hook.disable()
  expect(chain).not.toContain(caller)
})

it('a shared task sees no store of its caller', () => {
  inRequest(() => expect(runShared(stores)).toEqual([undefined, undefined]))
})
