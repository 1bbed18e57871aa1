import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { type RedisStoreOptions, redisStore } from '../../lib/redis/redisStore.ts'
import { createWorker } from '../../lib/worker/createWorker.ts'
import type { WorkerEvent } from '../../lib/worker/workerEvent.ts'
import { commitEntry, fetchToken, filterStored } from '../support/commitEntry.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 30_000 })

const WAIT = { timeout: 10_000, interval: 20 }
const redis = redisForFile()

const [, line = ''] = /^ {4}ACL SETUSER (.+)$/m.exec(readFileSync('docs/redis.md', 'utf8')) ?? []
const [username = '', ...rules] = line.split(' ')
const password = rules.find((rule) => rule.startsWith('>'))?.slice(1) ?? ''

const opened: FragmentStore[] = []
/** In the default namespace, which the line is for. */
function open(options: RedisStoreOptions = {}): FragmentStore {
  const target = { host: '127.0.0.1', port: redis.server.port, username, password }
  const store = redisStore(target, { local: false, timeout: 10_000, ...options })
  opened.push(store)
  return store
}

beforeAll(async () => {
  if (line === '') throw new Error('docs/redis.md has no ACL SETUSER line.')
  await redis.client.call('ACL', 'SETUSER', username, ...rules)
})
beforeEach(() => redis.client.flushall())
afterAll(() => Promise.all(opened.map((store) => store.close?.())))

/** What Redis has refused to the user since it was last asked. */
async function refused(): Promise<string[]> {
  const log = (await redis.client.call('ACL', 'LOG')) as unknown[][]
  await redis.client.call('ACL', 'LOG', 'RESET')
  return log.map((entry) => String(entry[entry.indexOf('object') + 1])).filter((what) => !isCourtesy(what))
}
/** What the client tells of itself, where the server knows that; it does without. */
const isCourtesy = (what: string) => what === 'client|setinfo'

it('the user in docs/redis.md can do all that a worker does', async () => {
  const store = open()
  await commitEntry(store, 'a', { dependencies: ['x'], route: '//no path of any site' })
  const target = { host: '127.0.0.1', port: redis.server.port, username, password }
  const events: WorkerEvent[] = []
  const worker = createWorker({
    redis: target,
    site: 'http://localhost:1',
    onEvent: (event) => events.push(event),
  })
  expect(await worker.dryRun({ key: 'x', action: 'save' })).toMatchObject({ routes: 1 })
  await redis.client.xadd('cc:messages', '*', 'message', 'no message')
  await store.publish?.('{"key":"x","action":"delete"}')
  expect(await worker.waitingMessages(9)).toHaveLength(2)
  await worker.runOnce()
  worker.run()
  await vi.waitFor(() => expect(events.at(-1)?.type).toBe('ready'), WAIT)
  await store.publish?.('{"key":"x","action":"save"}')
  await vi.waitFor(() => expect(events.at(-1)?.type).toBe('handled'), WAIT)
  expect(await worker.status()).toMatchObject({ healthy: true, deadLetters: 2 })
  await worker.stop()
  expect(await refused()).toEqual([])
})

it('the user in docs/redis.md can do all that a store does', async () => {
  const store = open()
  expect(await commitEntry(store, 'a', { dependencies: ['x', 'y'] })).toBe('committed')
  expect(await commitEntry(store, 'a', { dependencies: ['y', 'z'] })).toBe('committed')
  expect(await commitEntry(store, 'b', { discardAt: 1_001, dependencies: ['x'] })).toBe('committed')
  expect(await filterStored(store, ['a'])).toEqual(['a'])
  expect(await store.getDependents('y')).toEqual(['a'])
  await store.requeueRoute?.('/')
  expect(await store.refresh(['y'])).toBe(1)
  expect(await store.expire(['z', 'none'])).toBe(1)
  expect(await store.expire(['z'])).toBe(0)
  for (let age = 0; age < 5; age++) await store.lookup([{ key: 'a', ageMs: 50 * age, shared: true }])

  const current = await fetchToken(store)
  const lease = await store.lease('a', { requiredToken: current, wasMiss: true }, 5_000)
  expect(lease).toBeTypeOf('string')
  const waiting = open().waitForRelease('a', 5_000)
  await vi.waitFor(async () => {
    expect(await redis.client.pubsub('NUMSUB', 'cc:lease-released')).toEqual(['cc:lease-released', 1])
  }, WAIT)
  const startedAt = performance.now()
  await store.release('a', lease as string)
  await waiting
  expect(performance.now() - startedAt).toBeLessThan(4_000)
  expect(await refused()).toEqual([])
})

it('the user of the docs can clean up, and expire and clear very much', async () => {
  const store = open({ retention: 0.01, batchSize: 5 })
  const keys = Array.from({ length: 50 }, (_, index) => `many ${index}`)
  for (const key of keys) await commitEntry(store, key, { dependencies: ['many', key] })
  await redis.client.unlink(keys.slice(0, 10).map((key) => `cc:frag:${key}`))
  for (let i = 0; i < 20; i++) await commitEntry(store, 'again', {})
  await store.refresh(['many'])
  expect(await store.expire(['many', ...keys])).toBeGreaterThan(0)
  // What is remembered of these is trimmed by the next.
  // Lets Redis' own clock run past the retention.
  await setTimeout(30)
  await store.expire(['many'])
  await store.refresh(['many'])
  await store.clear()
  expect(await filterStored(store, keys)).toEqual([])
  expect(await refused()).toEqual([])
})

it('the user of the docs can wait for replicas', async () => {
  const store = open({ waitReplicas: 1, timeout: 500 })
  // There are none, and Redis says so.
  await expect(store.expire(['x'])).rejects.toMatchObject({ code: 'CC_REDIS_REPLICAS' })
  expect(await refused()).toEqual([])
})

it.each(['eventual', 'strict'] as const)(
  'the user of the docs can follow, and has %s copies in the process',
  async (consistency) => {
    const here = open({ local: {}, consistency })
    const there = open()
    const expired = vi.fn()
    here.subscribe?.({ onExpiry: expired, onGap() {} })
    const copied = async () => (await here.lookup([{ key: 'a', ageMs: 0 }]))[0]?.token === undefined
    expect(await commitEntry(there, 'a', { dependencies: ['x'] })).toBe('committed')
    await vi.waitFor(async () => expect(await copied()).toBe(true), WAIT)
    await redis.client.unlink('cc:frag:a')
    await vi.waitFor(async () => expect(await copied()).toBe(false), WAIT)
    expect(await commitEntry(there, 'a', { dependencies: ['x'] })).toBe('committed')
    await vi.waitFor(async () => expect(await copied()).toBe(true), WAIT)
    await there.expire(['x'])
    await vi.waitFor(() => expect(expired).toHaveBeenCalledWith(['x'], 'expire'), WAIT)
    await vi.waitFor(async () => expect(await copied()).toBe(false), WAIT)
    expect(await refused()).toEqual([])
  },
)

it('the user of the docs can neither read other data nor harm the server', async () => {
  const userClient = redis.client.duplicate({ username, password })
  try {
    for (const command of [
      ['GET', 'session:1'],
      ['FLUSHALL'],
      ['KEYS', '*'],
      ['CONFIG', 'GET', '*'],
      ['SCRIPT', 'FLUSH'],
    ]) {
      await expect(userClient.call(...(command as [string, ...string[]]))).rejects.toThrow('NOPERM')
    }
  } finally {
    userClient.disconnect()
    await refused()
  }
})
