import { expect, it, vi } from 'vitest'
import { createWorker } from '../../lib/worker/createWorker.ts'
import type { WorkerEvent } from '../../lib/worker/workerEvent.ts'
import type { WorkerOptions } from '../../lib/worker/workerOptions.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { findFreePort } from '../support/findFreePort.ts'
import { startRedis } from '../support/redisServer.ts'
import { WAIT, workerForFile } from '../support/workerForFile.ts'

const fixture = workerForFile()
const { countHandled, newWorker, eventsOf, publish, redis, startWorker } = fixture

it('several workers share the messages and the rebuilds', async () => {
  for (let at = 0; at < 100; at++)
    await commitEntry(fixture.store, `a${at}`, { dependencies: [`story:${at}`], route: `/${at}` })
  const eventsByWorker = [[], [], []] as WorkerEvent[][]
  await Promise.all(
    eventsByWorker.map(async (received) => {
      const worker = newWorker({ onEvent: (event) => void received.push(event) })
      worker.run()
      await vi.waitFor(() => expect(received).not.toEqual([]), WAIT)
    }),
  )
  for (let at = 0; at < 100; at++) await publish(`story:${at}`)
  await vi.waitFor(() => expect(fixture.site.paths).toHaveLength(100), WAIT)
  expect(new Set(fixture.site.paths).size).toBe(100)
  const messages = eventsByWorker.map((received) =>
    received.reduce((sum, event) => sum + (event.type === 'handled' ? event.messages : 0), 0),
  )
  expect(messages.reduce((sum, received) => sum + received)).toBe(100)
})

it('a worker continues after Redis has lost all data', async () => {
  await startWorker()
  await redis.client.flushall()
  await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
  await publish('story:1')
  await vi.waitFor(() => expect(fixture.site.paths).toEqual(['/']), WAIT)
})

it('a worker continues after its connections to Redis were closed', async () => {
  await startWorker()
  await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
  await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  await redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  await publish('story:1')
  await vi.waitFor(() => expect(fixture.site.paths).toEqual(['/']), WAIT)
  await vi.waitFor(async () => {
    await redis.client.publish('content', '{"key":"story:2","action":"save"}')
    expect(eventsOf('handled').some(({ source }) => source === 'channel')).toBe(true)
  }, WAIT)
})

it('a worker that started before Redis receives channel messages', async () => {
  const port = await findFreePort()
  const worker = newWorker({ redis: { host: '127.0.0.1', port } })
  worker.run()
  expect((await worker.status()).healthy).toBe(false)
  const lateRedis = await startRedis({ port })
  try {
    await vi.waitFor(async () => expect((await worker.status()).healthy).toBe(true), WAIT)
    await lateRedis.client.publish('content', '{"key":"story:1","action":"save"}')
    await vi.waitFor(() => expect(eventsOf('handled')).toMatchObject([{ source: 'channel' }]), WAIT)
  } finally {
    await worker.stop()
    await lateRedis.stop()
  }
})

it('a worker continues after another worker of its process has stopped', async () => {
  const stopped = await startWorker()
  await startWorker()
  await stopped.stop()
  await publish('story:1')
  await vi.waitFor(() => expect(countHandled()).toBe(1), WAIT)
  expect(eventsOf('error')).toEqual([])
})

it('a worker that is stopped right after its start handles no message', async () => {
  const worker = newWorker()
  const ended = worker.run()
  await worker.stop()
  await ended
  await publish('story:1')
  const unread = await redis.client.xlen('cc:messages')
  expect(unread).toBe(1)
  expect(eventsOf('handled')).toEqual([])
})

it('messages are not reported as missed when a restart of Redis lost the count', async () => {
  await publish(['story:1', 'story:2', 'story:3'])
  await newWorker().runOnce()
  const [, , [last] = ['']] = await redis.client.xrange('cc:messages', '-', '+')
  await redis.client.call('XGROUP', 'SETID', 'cc:messages', 'workers', last, 'ENTRIESREAD', '1')
  await redis.client.xtrim('cc:messages', 'MAXLEN', 1)
  const worker = await startWorker()
  await vi.waitFor(async () => {
    expect(await worker.status()).toMatchObject({ healthy: true, messages: { waiting: 0 } })
  }, WAIT)
  await publish('story:4')
  await vi.waitFor(() => expect(countHandled()).toBe(4), WAIT)
  expect(eventsOf('missed')).toEqual([])
})

it('a single run also handles unacknowledged messages of a dead worker', async () => {
  await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
  await newWorker().runOnce()
  await publish('story:1')
  await redis.client.xreadgroup('GROUP', 'workers', 'dead', 'COUNT', 9, 'STREAMS', 'cc:messages', '>')
  await newWorker().runOnce()
  expect(fixture.site.paths).toEqual(['/'])
})

it('unacknowledged messages of a dead worker that were trimmed count as missed', async () => {
  await newWorker().runOnce()
  await publish(['story:1', 'story:2'])
  await redis.client.xreadgroup('GROUP', 'workers', 'dead', 'COUNT', 9, 'STREAMS', 'cc:messages', '>')
  await redis.client.xtrim('cc:messages', 'MAXLEN', 1)
  await startWorker({ claimIdleAfter: 1 })
  await vi.waitFor(() => expect(countHandled()).toBe(1), WAIT)
  expect(eventsOf('missed')).toEqual([{ type: 'missed', messages: 1 }])
})

it('a stopped worker finishes its current work and leaves the group', async () => {
  await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
  let release = () => {}
  const started = new Promise<void>((begin) => {
    fixture.site.answer = (_, response) => {
      begin()
      release = () => void response.end()
    }
  })
  const worker = await startWorker()
  await publish('story:1')
  await started
  const stopped = worker.stop()
  release()
  await stopped
  expect(eventsOf('rebuilt')).toHaveLength(1)
  expect(fixture.events.at(-1)).toEqual({ type: 'stopped' })
  const consumers = await redis.client.xinfo('CONSUMERS', 'cc:messages', 'workers')
  expect(consumers).toEqual([])
})

it.each([
  ['site', 'localhost:3000'],
  ['site', 'http://user:pass@localhost'],
  ['site', 'http://localhost/?a=b'],
  ['site', 'ftp://localhost'],
  ['secret', 'short'],
  ['concurrency', 0],
  ['debounce', -1],
  ['timeout', Number.NaN],
  ['mode', 'delete'],
  ['channel', ''],
  ['redis', undefined],
  ['redis', 6379],
  ['redis', 'http://user:pass@localhost'],
])('the option %s with the value %j is refused, and the error omits the value', (name, value) => {
  const options = { redis: 'redis://localhost:1', site: 'http://localhost', [name]: value } as WorkerOptions
  expect(() => createWorker(options)).toThrow(expect.objectContaining({ code: 'CC_INVALID_OPTIONS' }))
  expect(() => createWorker(options)).not.toThrow(/pass|short/)
})
