import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, it, vi } from 'vitest'
import { createCallBatcher } from '../../lib/core/callBatcher.ts'

const createRun = () =>
  vi.fn(
    async (requests: readonly number[]): Promise<(string | Error)[]> =>
      requests.map((request) => (request < 0 ? new Error(`no ${request}`) : `reply ${request}`)),
  )

it('requests that come in one go are one call', async () => {
  const run = createRun()
  const call = createCallBatcher({ run })
  expect(await Promise.all([call(1), call(2), call(3)])).toEqual(['reply 1', 'reply 2', 'reply 3'])
  expect(run.mock.calls).toEqual([[[1, 2, 3]]])
})

it('the requests of one call have at most the largest size, apart from a larger one', async () => {
  const run = createRun()
  const call = createCallBatcher({ run, getSize: (request) => request, maxSize: 10 })
  await Promise.all([4, 6, 1, 20, 3].map(call))
  expect(run.mock.calls).toEqual([[[4, 6]], [[1]], [[20]], [[3]]])
})

it('patient requests are gathered for a whole turn of the event loop', async () => {
  const run = createRun()
  const call = createCallBatcher({ run, isPatient: true })
  const first = call(1)
  await new Promise((resolve) => process.nextTick(resolve))
  await Promise.all([first, call(2)])
  expect(run.mock.calls).toEqual([[[1, 2]]])
})

for (const isPatient of [false, true]) {
  it(`a call sees no async context of a request: ${isPatient ? 'patient' : 'at once'}`, async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const run = async (requests: readonly number[]) => requests.map(() => seen.push(storage.getStore()))
    const call = createCallBatcher({ run, isPatient })
    await Promise.all([storage.run('first', () => call(1)), storage.run('second', () => call(2))])
    expect(seen).toEqual([undefined, undefined])
  })
}

it('an error rejects the request that it belongs to', async () => {
  const call = createCallBatcher({ run: createRun() })
  const [good, bad] = await Promise.allSettled([call(1), call(-1)])
  expect(good).toMatchObject({ value: 'reply 1' })
  expect(bad).toMatchObject({ reason: new Error('no -1') })
})

it('a call that fails rejects all its requests', async () => {
  const call = createCallBatcher<number, string>({ run: () => Promise.reject(new Error('down')) })
  const settled = await Promise.allSettled([call(1), call(2)])
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

it('the calls of a limited batcher wait for each other', async () => {
  const replies: (() => void)[] = []
  const run = vi.fn(
    (requests: readonly number[]) =>
      new Promise<string[]>((resolve) => replies.push(() => resolve(requests.map(String)))),
  )
  const call = createCallBatcher({ run, maxSize: 2, maxConcurrentCalls: 1 })
  const calls = Promise.all([1, 2, 3].map(call))
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(1))
  replies.shift()?.()
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2))
  replies.shift()?.()
  expect(await calls).toEqual(['1', '2', '3'])
})

it('a request is rejected while too many wait, and accepted after a call ends', async () => {
  const replies: (() => void)[] = []
  const run = (requests: readonly number[]) =>
    new Promise<string[]>((resolve) => replies.push(() => resolve(requests.map(String))))
  const backlog = { maxSize: 2, createError: () => new Error('too many') }
  const call = createCallBatcher({ run, maxSize: 1, maxConcurrentCalls: 1, backlog })
  const first = call(1)
  await vi.waitFor(() => expect(replies).toHaveLength(1))
  const waiting = [call(2), call(3)]
  await expect(call(4).promise).rejects.toThrow('too many')
  replies.shift()?.()
  await first
  await vi.waitFor(() => expect(replies).toHaveLength(1))
  const later = call(5)
  for (const request of [...waiting, later]) {
    await vi.waitFor(() => expect(replies).toHaveLength(1))
    replies.shift()?.()
    await request
  }
  expect(await Promise.all([...waiting, later])).toEqual(['2', '3', '5'])
})
