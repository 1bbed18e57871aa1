import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { createRedisClient } from '../../../lib/redis/connection/redisClient.ts'
import { commitEntry, fetchToken } from '../../support/commitEntry.ts'
import { entryOf } from '../../support/entries.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'
import { redisForFile } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const TIMEOUT = 250

let store: FragmentStore
beforeEach(async () => {
  store = redis.site({ local: false, timeout: TIMEOUT }).open()
  await vi.waitFor(() => commitEntry(store, 'a'), { timeout: 30_000 })
})

/** Blocks the process, as a page does that takes long to render. Uses no CPU, so that Redis can reply. */
function blockProcess(milliseconds: number) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

const lookUp = () => store.lookup([{ key: 'a', ageMs: 0, shared: true }])

it('a reply that arrived in time is read although the process was busy', async () => {
  for (let turn = 0; turn < 3; turn++) {
    const pendingLookup = lookUp()
    // The command is sent before the process is busy.
    await flushEventLoop()
    // Redis has all of this time to reply, also on a busy machine.
    blockProcess(4 * TIMEOUT)
    expect((await pendingLookup)[0]?.entry?.name).toBe('section')
  }
})

it('a reply of many megabytes is read although the process was busy', async () => {
  // The sockets on both sides hold only a part of it.
  const payload = new Uint8Array(1_000_000)
  const keys = Array.from({ length: 16 }, (_, index) => `large:${index}`)
  for (const key of keys) await vi.waitFor(() => commitEntry(store, key, { payload }), { timeout: 30_000 })
  for (let turn = 0; turn < 3; turn++) {
    const pendingLookup = store.lookup(keys.map((key) => ({ key, ageMs: 0, shared: true })))
    await flushEventLoop()
    blockProcess(TIMEOUT + 50)
    expect((await pendingLookup).every(({ entry }) => entry?.payload.byteLength === 1_000_000)).toBe(true)
  }
})

it('a command that gets no reply fails after the timeout, and not before', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
    redis.server.resume()
  })
  redis.server.suspend()
  const onFailure = vi.fn()
  const failure = Promise.resolve(lookUp()).catch(onFailure)
  await flushEventLoop()
  vi.advanceTimersByTime(TIMEOUT - 1)
  await flushEventLoop()
  expect(onFailure).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  await failure
  expect(onFailure).toHaveBeenCalledWith(expect.objectContaining({ code: 'CC_REDIS_UNREACHABLE' }))
  vi.useRealTimers()
  redis.server.resume()
  await vi.waitFor(lookUp, { timeout: 30_000 })
})

it('a command has up to four times as long while earlier commands are answered', async () => {
  const { redis: client } = createRedisClient(`redis://127.0.0.1:${redis.server.port}`, TIMEOUT)
  const other = client.duplicate()
  // Without a listener ioredis prints errors, maybe in the next file.
  for (const one of [client, other]) one.on('error', () => {})
  onTestFinished(() => {
    vi.useRealTimers()
    client.disconnect()
    other.disconnect()
  })
  await Promise.all([client.connect(), other.connect()])
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  // Redis answers each command only after those before it.
  const earlier = [1, 2, 3, 4].map((list) => client.blpop(`list:${list}`, 0))
  for (const command of earlier) command.catch(() => {})
  const onFailure = vi.fn()
  client.blpop('last', 0).catch(onFailure)
  for (const list of [1, 2, 3, 4]) {
    expect(onFailure).not.toHaveBeenCalled()
    vi.advanceTimersByTime(TIMEOUT - 1)
    await other.rpush(`list:${list}`, 'a')
    await earlier[list - 1]
    vi.advanceTimersByTime(1)
    await flushEventLoop()
  }
  expect(onFailure).toHaveBeenCalledWith(new Error('Command timed out'))
})

it('a command fails after the timeout when earlier commands are no longer answered', async () => {
  const { redis: client } = createRedisClient(`redis://127.0.0.1:${redis.server.port}`, TIMEOUT)
  onTestFinished(() => {
    vi.useRealTimers()
    client.disconnect()
  })
  await client.connect()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const pong = client.ping()
  const onFailure = vi.fn()
  client.blpop('never', 0).catch(onFailure)
  await pong
  vi.advanceTimersByTime(TIMEOUT)
  await flushEventLoop()
  vi.advanceTimersByTime(TIMEOUT - 1)
  await flushEventLoop()
  expect(onFailure).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  await flushEventLoop()
  expect(onFailure).toHaveBeenCalledWith(new Error('Command timed out'))
})

it('a busy process stores hundreds of fragments within a few turns', async () => {
  const entries = 1_000
  const token = await fetchToken(store)
  let stored = 0
  for (let index = 0; index < entries; index++)
    Promise.resolve(store.commit(`busy:${index}`, entryOf(), token)).then(
      () => stored++,
      () => {},
    )
  let turns = 0
  while (stored < entries) {
    if (turns++ === 8) break
    await new Promise((resolve) => setImmediate(resolve))
    blockProcess(4 * TIMEOUT)
  }
  expect(stored).toBe(entries)
})
