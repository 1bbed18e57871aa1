import { expect, it, vi } from 'vitest'
import { createWorker } from '../../lib/worker/createWorker.ts'
import type { WorkerEvent } from '../../lib/worker/workerEvent.ts'
import type { WorkerOptions } from '../../lib/worker/workerOptions.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { freePort, startRedis } from '../support/redisServer.ts'
import { WAIT, workerForFile } from '../support/workerForFile.ts'

const fixture = workerForFile()
const { handled, newWorker, of, publish, redis, running } = fixture

it('several workers share the messages and the rebuilds', async () => {
  for (let at = 0; at < 100; at++)
    await commitEntry(fixture.store, `a${at}`, { dependencies: [`story:${at}`], route: `/${at}` })
  const ran = [[], [], []] as WorkerEvent[][]
  await Promise.all(
    ran.map(async (received) => {
      const worker = newWorker({ onEvent: (event) => void received.push(event) })
      worker.run()
      await vi.waitFor(() => expect(received).not.toEqual([]), WAIT)
    }),
  )
  for (let at = 0; at < 100; at++) await publish(`story:${at}`)
  await vi.waitFor(() => expect(fixture.site.paths).toHaveLength(100), WAIT)
  expect(new Set(fixture.site.paths).size).toBe(100)
  const messages = ran.map((received) =>
    received.reduce((sum, event) => sum + (event.type === 'handled' ? event.messages : 0), 0),
  )
  expect(messages.reduce((sum, received) => sum + received)).toBe(100)
})

it('a worker goes on when Redis has lost everything', async () => {
  await running()
  await redis.client.flushall()
  await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
  await publish('story:1')
  await vi.waitFor(() => expect(fixture.site.paths).toEqual(['/']), WAIT)
})

it('a worker goes on after Redis has been away', async () => {
  await running()
  await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
  await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  await redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  await publish('story:1')
  await vi.waitFor(() => expect(fixture.site.paths).toEqual(['/']), WAIT)
  await vi.waitFor(async () => {
    await redis.client.publish('content', '{"key":"story:2","action":"save"}')
    expect(of('handled').some(({ source }) => source === 'channel')).toBe(true)
  }, WAIT)
})

it('a worker receives from the channel although it started before Redis', async () => {
  const port = await freePort()
  const worker = newWorker({ redis: { host: '127.0.0.1', port } })
  worker.run()
  expect((await worker.status()).healthy).toBe(false)
  const late = await startRedis({ port })
  try {
    await vi.waitFor(async () => expect((await worker.status()).healthy).toBe(true), WAIT)
    await late.client.publish('content', '{"key":"story:1","action":"save"}')
    await vi.waitFor(() => expect(of('handled')).toMatchObject([{ source: 'channel' }]), WAIT)
  } finally {
    await worker.stop()
    await late.stop()
  }
})

it('a worker stopped before it begins does not begin', async () => {
  const worker = newWorker()
  const ended = worker.run()
  await worker.stop()
  await ended
  await publish('story:1')
  const unread = await redis.client.xlen('cc:messages')
  expect(unread).toBe(1)
  expect(of('handled')).toEqual([])
})

it('a worker reports no missed messages after a restart of Redis lost its count', async () => {
  await publish(['story:1', 'story:2', 'story:3'])
  await newWorker().runOnce()
  const [, , [last] = ['']] = await redis.client.xrange('cc:messages', '-', '+')
  await redis.client.call('XGROUP', 'SETID', 'cc:messages', 'workers', last, 'ENTRIESREAD', '1')
  await redis.client.xtrim('cc:messages', 'MAXLEN', 1)
  const worker = await running()
  await vi.waitFor(async () => {
    expect(await worker.status()).toMatchObject({ healthy: true, messages: { waiting: 0 } })
  }, WAIT)
  await publish('story:4')
  await vi.waitFor(() => expect(handled()).toBe(4), WAIT)
  expect(of('missed')).toEqual([])
})

it('a single run also handles the unread messages of a dead worker', async () => {
  await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
  await newWorker().runOnce()
  await publish('story:1')
  await redis.client.xreadgroup('GROUP', 'workers', 'dead', 'COUNT', 9, 'STREAMS', 'cc:messages', '>')
  await newWorker().runOnce()
  expect(fixture.site.paths).toEqual(['/'])
})

it('a worker reports messages that were trimmed while a dead worker had them', async () => {
  await newWorker().runOnce()
  await publish(['story:1', 'story:2'])
  await redis.client.xreadgroup('GROUP', 'workers', 'dead', 'COUNT', 9, 'STREAMS', 'cc:messages', '>')
  await redis.client.xtrim('cc:messages', 'MAXLEN', 1)
  await running({ claimIdleAfter: 1 })
  await vi.waitFor(() => expect(handled()).toBe(1), WAIT)
  expect(of('missed')).toEqual([{ type: 'missed', messages: 1 }])
})

it('a stopped worker ends when its current work is done', async () => {
  await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
  let release = () => {}
  const started = new Promise<void>((begin) => {
    fixture.site.answer = (_, response) => {
      begin()
      release = () => void response.end()
    }
  })
  const worker = await running()
  await publish('story:1')
  await started
  const stopped = worker.stop()
  release()
  await stopped
  expect(of('rebuilt')).toHaveLength(1)
  expect(fixture.events.at(-1)).toEqual({ type: 'stopped' })
  const members = await redis.client.xinfo('CONSUMERS', 'cc:messages', 'workers')
  expect(members).toEqual([])
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
])('an error names the option %s %j, and does not show its value', (name, value) => {
  const options = { redis: 'redis://localhost:1', site: 'http://localhost', [name]: value } as WorkerOptions
  expect(() => createWorker(options)).toThrow(expect.objectContaining({ code: 'CC_INVALID_OPTIONS' }))
  expect(() => createWorker(options)).not.toThrow(/pass|short/)
})
