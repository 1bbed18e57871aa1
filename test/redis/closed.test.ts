import { afterEach, expect, it } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { redisForFile } from '../support/redisStores.ts'
import { startProxy } from '../support/tcpProxy.ts'

const redis = redisForFile()
const opened: FragmentStore[] = []
afterEach(() => Promise.all(opened.splice(0).map((store) => store.close?.())))
const open = () => {
  const store = redisStore(redis.server.url, { local: false, timeout: 5_000 })
  opened.push(store)
  return store
}

it('one URL is one store, until it is closed; then it is one that works', async () => {
  const first = open()
  expect(open()).toBe(first)
  await commitEntry(first, 'a')
  await first.close?.()
  const second = open()
  expect(second).not.toBe(first)
  expect(await filterStored(second, ['a'])).toEqual(['a'])
})

it('closing one again does not take the place from the next', async () => {
  const first = open()
  // Not even while it is being closed.
  const closing = first.close?.()
  const second = open()
  await closing
  await first.close?.()
  expect(open()).toBe(second)
  expect(await filterStored(second, ['none'])).toEqual([])
})

it('one that is closed before its first use opens no line, whatever it is asked', async () => {
  const proxy = await startProxy(redis.server.port)
  const target = { host: '127.0.0.1', port: proxy.port }
  const closed = redisStore(target)
  const probe = redisStore(target, { local: false })
  try {
    await closed.close()
    const refused = { code: 'CC_REDIS_UNREACHABLE' }
    await expect(closed.lookup([{ key: 'a', ageMs: 0 }])).rejects.toMatchObject(refused)
    await expect(closed.waitForRelease('a', 1_000)).rejects.toMatchObject(refused)
    await expect(closed.expire(['x'])).rejects.toMatchObject(refused)
    closed.subscribe?.({ onExpiry() {}, onGap() {} })
    // Any line of the other would have come first.
    await filterStored(probe, ['a'])
    expect(proxy.connections).toBe(1)
  } finally {
    await probe.close()
    await proxy.close()
  }
})
