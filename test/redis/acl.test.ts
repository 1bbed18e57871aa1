import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { type RedisStoreOptions, redisStore } from '../../lib/redis/redisStore.ts'
import { createWorker } from '../../lib/worker/createWorker.ts'
import type { WorkerEvent } from '../../lib/worker/workerEvent.ts'
import { commitEntry, fetchToken, filterStored } from '../support/commitEntry.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 120_000 })

const WAIT = { timeout: 30_000, interval: 20 }
const redis = redisForFile()

const [, line = ''] = /^ {4}ACL SETUSER (.+)$/m.exec(readFileSync('docs/redis.md', 'utf8')) ?? []
const [username = '', ...rules] = line.split(' ')
const password = rules.find((rule) => rule.startsWith('>'))?.slice(1) ?? ''

const opened: FragmentStore[] = []
/** Opens a store in the default namespace, because the ACL line in the docs is for that one. */
function open(options: RedisStoreOptions = {}): FragmentStore {
  const target = { host: '127.0.0.1', port: redis.server.port, username, password }
  const store = redisStore(target, { local: false, timeout: 30_000, ...options })
  opened.push(store)
  return store
}

beforeAll(async () => {
  if (line === '') throw new Error('docs/redis.md has no ACL SETUSER line.')
  await redis.client.call('ACL', 'SETUSER', username, ...rules)
})
beforeEach(() => redis.client.flushall())
afterAll(() => Promise.all(opened.map((store) => store.close?.())))

/** Returns the commands, keys and channels that Redis has refused to the user since the last call. */
async function takeRefusals(): Promise<string[]> {
  const log = (await redis.client.call('ACL', 'LOG')) as unknown[][]
  await redis.client.call('ACL', 'LOG', 'RESET')
  const refusals = log.map((entry) => String(entry[entry.indexOf('object') + 1]))
  return refusals.filter((refusal) => refusal !== OPTIONAL_COMMAND)
}
/** ioredis sends its name and version, and ignores a refusal. */
const OPTIONAL_COMMAND = 'client|setinfo'

it('the user in docs/redis.md may do everything that a worker does', async () => {
  const store = open()
  await commitEntry(store, 'a', { dependencies: ['x'], route: '//not a path of any site' })
  const target = { host: '127.0.0.1', port: redis.server.port, username, password }
  const events: WorkerEvent[] = []
  const worker = createWorker({
    redis: target,
    site: 'http://localhost:1',
    onEvent: (event) => events.push(event),
  })
  expect(await worker.dryRun({ key: 'x', action: 'save' })).toMatchObject({ routes: 1 })
  await redis.client.xadd('cc:messages', '*', 'message', 'not a message')
  await store.publish?.('{"key":"x","action":"delete"}')
  expect(await worker.waitingMessages(9)).toHaveLength(2)
  await worker.runOnce()
  worker.run()
  await vi.waitFor(() => expect(events.at(-1)?.type).toBe('ready'), WAIT)
  await store.publish?.('{"key":"x","action":"save"}')
  await vi.waitFor(() => expect(events.at(-1)?.type).toBe('handled'), WAIT)
  expect(await worker.status()).toMatchObject({ healthy: true, deadLetters: 2 })
  await worker.stop()
  expect(await takeRefusals()).toEqual([])
})

it('the user in docs/redis.md may do everything that a store does', async () => {
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
  await store.expire(['next/tag:_N_T_/'])
  expect(await store.getLastExpiry?.(['next/tag:_N_T_/'])).toBeGreaterThan(0)
  for (let age = 0; age < 5; age++) await store.lookup([{ key: 'a', ageMs: 50 * age, shared: true }])

  const current = await fetchToken(store)
  // Longer than the test: only the message of the release can end the wait.
  const lease = await store.lease('a', { requiredToken: current, wasMiss: true }, 600_000)
  expect(lease).toBeTypeOf('string')
  const waiting = open().waitForRelease('a', 600_000)
  await vi.waitFor(async () => {
    expect(await redis.client.pubsub('NUMSUB', 'cc:lease-released')).toEqual(['cc:lease-released', 1])
  }, WAIT)
  await store.release([{ key: 'a', lease: lease as string }])
  await waiting
  expect(await takeRefusals()).toEqual([])
})

it('the user in docs/redis.md may clean up, and expire and clear many entries', async () => {
  const store = open({ retention: 0.01, batchSize: 5 })
  const keys = Array.from({ length: 50 }, (_, index) => `many ${index}`)
  for (const key of keys) await commitEntry(store, key, { dependencies: ['many', key] })
  await redis.client.unlink(keys.slice(0, 10).map((key) => `cc:frag:${key}`))
  for (let i = 0; i < 20; i++) await commitEntry(store, 'again', {})
  await store.refresh(['many'])
  expect(await store.expire(['many', ...keys])).toBeGreaterThan(0)
  // Lets Redis' own clock run past the retention, so that the next expiry trims the stamps of this one.
  await setTimeout(30)
  await store.expire(['many'])
  await store.refresh(['many'])
  await store.clear()
  expect(await filterStored(store, keys)).toEqual([])
  expect(await takeRefusals()).toEqual([])
})

it('the user in docs/redis.md may wait for replicas', async () => {
  const store = open({ waitReplicas: 1, timeout: 1_000 })
  // The server has no replicas, and Redis says so.
  await expect(store.expire(['x'])).rejects.toMatchObject({ code: 'CC_REDIS_REPLICAS' })
  expect(await takeRefusals()).toEqual([])
})

it.each(['eventual', 'strict'] as const)(
  'the user in docs/redis.md may have %s copies in the process',
  async (consistency) => {
    const here = open({ local: {}, consistency })
    const there = open()
    const onExpiry = vi.fn()
    here.subscribe?.({ onExpiry, onGap() {} })
    const hasCopy = async () => (await here.lookup([{ key: 'a', ageMs: 0 }]))[0]?.token === undefined
    expect(await commitEntry(there, 'a', { dependencies: ['x'] })).toBe('committed')
    await vi.waitFor(async () => expect(await hasCopy()).toBe(true), WAIT)
    await redis.client.unlink('cc:frag:a')
    await vi.waitFor(async () => expect(await hasCopy()).toBe(false), WAIT)
    expect(await commitEntry(there, 'a', { dependencies: ['x'] })).toBe('committed')
    await vi.waitFor(async () => expect(await hasCopy()).toBe(true), WAIT)
    await there.expire(['x'])
    await vi.waitFor(() => expect(onExpiry).toHaveBeenCalledWith(['x'], 'expire'), WAIT)
    await vi.waitFor(async () => expect(await hasCopy()).toBe(false), WAIT)
    expect(await takeRefusals()).toEqual([])
  },
)

it('the user in docs/redis.md may neither read other data nor harm the server', async () => {
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
    await takeRefusals()
  }
})
