import { afterEach, expect, it } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { redisForFile } from '../support/redisStores.ts'
import { startProxy } from '../support/tcpProxy.ts'

const redis = redisForFile()
const opened: FragmentStore[] = []
afterEach(() => Promise.all(opened.splice(0).map((store) => store.close?.())))
const openStore = () => {
  const store = redisStore(redis.server.url, { local: false, timeout: 30_000 })
  opened.push(store)
  return store
}

it('a URL opens the same store until that is closed, and then a new one', async () => {
  const first = openStore()
  expect(openStore()).toBe(first)
  await commitEntry(first, 'a')
  await first.close?.()
  const second = openStore()
  expect(second).not.toBe(first)
  expect(await filterStored(second, ['a'])).toEqual(['a'])
})

it('a store that is closed twice does not replace the next store of its URL', async () => {
  const first = openStore()
  const closing = first.close?.()
  // While the first is being closed.
  const second = openStore()
  await closing
  await first.close?.()
  expect(openStore()).toBe(second)
  expect(await filterStored(second, ['absent'])).toEqual([])
})

it('a store that was closed before its first use never opens a connection', async () => {
  const proxy = await startProxy(redis.server.port)
  const target = { host: '127.0.0.1', port: proxy.port }
  const closed = redisStore(target)
  const probe = redisStore(target, { local: false, timeout: 30_000 })
  try {
    await closed.close()
    const refused = { code: 'CC_REDIS_UNREACHABLE' }
    await expect(closed.lookup([{ key: 'a', ageMs: 0 }])).rejects.toMatchObject(refused)
    await expect(closed.waitForRelease('a', 1_000)).rejects.toMatchObject(refused)
    await expect(closed.expire(['x'])).rejects.toMatchObject(refused)
    closed.subscribe?.({ onExpiry() {}, onGap() {} })
    // A connection of the closed store would have come before the probe's.
    await filterStored(probe, ['a'])
    expect(proxy.connections).toBe(1)
  } finally {
    await probe.close()
    await proxy.close()
  }
})
