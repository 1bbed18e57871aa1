import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createBatchQueue } from '../../lib/worker/batchQueue.ts'

const RETRY_DELAY_MS = 500

let failing: Set<string>
let batches: string[][]
let handled: string[]
let failures: number

beforeEach(() => {
  vi.useFakeTimers()
  failing = new Set()
  batches = []
  handled = []
  failures = 0
})
afterEach(() => void vi.useRealTimers())

const createQueue = () =>
  createBatchQueue({
    async handle(texts) {
      batches.push([...texts])
      if (texts.some((text) => failing.has(text))) throw new Error('refused')
      handled.push(...texts)
    },
    onFailure: () => failures++,
    onReject() {},
    retryDelayMs: RETRY_DELAY_MS,
  })
const addAll = (queue: ReturnType<typeof createQueue>, ...texts: string[]) => texts.forEach(queue.add)
const pass = (delays: number) => vi.advanceTimersByTimeAsync(delays * RETRY_DELAY_MS)

it('messages that arrive together are one batch', async () => {
  addAll(createQueue(), 'a', 'b', 'c')
  await pass(0)
  expect(batches).toEqual([['a', 'b', 'c']])
})

it('a message that fails does not prevent the other messages of its batch', async () => {
  failing.add('bad')
  addAll(createQueue(), 'a', 'b', 'bad', 'c', 'd')
  await pass(1)
  expect(handled).toEqual(['a', 'b', 'c', 'd'])
})

it('only the message that failed is retried, until it succeeds', async () => {
  failing.add('bad')
  addAll(createQueue(), 'a', 'b', 'bad', 'c')
  await pass(1)
  batches.length = 0
  await pass(3)
  expect(batches).toEqual([['bad'], ['bad'], ['bad']])
  failing.clear()
  await pass(10)
  expect(handled).toEqual(['a', 'b', 'c', 'bad'])
})

it('messages that arrive during the retries of another are still one batch', async () => {
  failing.add('bad')
  const queue = createQueue()
  addAll(queue, 'bad')
  await pass(1)
  addAll(queue, 'a', 'b')
  await pass(1)
  expect(batches.at(-1)).toEqual(['a', 'b'])
})

it('several messages that fail do not prevent one that succeeds later', async () => {
  failing.add('bad').add('worse').add('late')
  addAll(createQueue(), 'bad', 'worse', 'late')
  await pass(2)
  failing.delete('late')
  await pass(3)
  expect(handled).toEqual(['late'])
})

it('an outage costs at most three attempts for each delay, and loses nothing', async () => {
  const texts = Array.from({ length: 50 }, (_, at) => `message ${at}`)
  failing = new Set(texts)
  addAll(createQueue(), ...texts)
  await pass(9)
  expect(failures).toBeLessThanOrEqual(3 * 10)
  failing.clear()
  await pass(1)
  expect(handled.toSorted()).toEqual(texts.toSorted())
})

it('a stopped queue makes no further attempt for a message that failed', async () => {
  failing.add('bad')
  const queue = createQueue()
  addAll(queue, 'a', 'b', 'bad')
  const stopped = queue.stop()
  await pass(0)
  await stopped
  expect(handled).toEqual(['a', 'b'])
  const attempts = batches.length
  await pass(5)
  expect(batches).toHaveLength(attempts)
})
