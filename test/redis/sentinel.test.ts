import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { type Sentinel, startSentinel } from '../support/redisSentinel.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

const WAIT = { timeout: 60_000, interval: 50 }

let primary: RedisServer
let replica: RedisServer
let sentinel: Sentinel
let store: FragmentStore
beforeEach(async () => {
  const args = ['--repl-diskless-sync-delay', '0']
  ;[primary, replica] = await Promise.all([startRedis({ args }), startRedis({ args })])
  await replica.client.replicaof('127.0.0.1', primary.port)
  sentinel = await startSentinel('films', primary.port)
  await vi.waitFor(async () => expect(await countKnownReplicas()).toBe(1), WAIT)
  store = redisStore(
    { sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'films' },
    { timeout: 5_000 },
  )
})
afterEach(async () => {
  await store?.close()
  await sentinel?.stop()
  await Promise.all([primary?.stop(), replica?.stop()])
})

async function countKnownReplicas(): Promise<number> {
  return ((await sentinel.client.call('SENTINEL', 'REPLICAS', 'films')) as unknown[]).length
}

it('a store behind Sentinel finds the primary, and the next primary after a crash', async () => {
  expect(await commitEntry(store, 'a', { dependencies: ['x'] })).toBe('committed')
  expect(await primary.client.exists('cc:frag:a')).toBe(1)
  await primary.client.wait(1, 10_000)

  await primary.kill()
  // The replica had received everything, so nothing was lost.
  await vi.waitFor(async () => expect(await filterStored(store, ['a'])).toEqual(['a']), WAIT)
  await vi.waitFor(async () => expect(await store.expire(['x'])).toBe(1), WAIT)
  expect(await filterStored(store, ['a'])).toEqual([])
  await vi.waitFor(
    async () => expect(await commitEntry(store, 'a', { dependencies: ['x'] })).toBe('committed'),
    WAIT,
  )
  expect(await replica.client.exists('cc:frag:a')).toBe(1)
})
