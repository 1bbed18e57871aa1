import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, it, vi } from 'vitest'
import { createLazyStore } from '../../lib/core/lazyStore.ts'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { collectGarbage } from '../support/heapAfterGc.ts'
import { redisForFile } from '../support/redisStores.ts'

const redis = redisForFile()
const requests = new AsyncLocalStorage<object>()

it('a store does not hold the request that was the first to use it', async () => {
  const store = createLazyStore('redis', async () =>
    redisStore({ host: '127.0.0.1', port: redis.server.port }),
  )
  const held = await requests.run({ request: 'the first' }, async () => {
    const follower = { onExpiry() {}, onGap() {} }
    store.subscribe?.(follower)
    await commitEntry(store, 'a', { dependencies: ['x'] })
    await filterStored(store, ['a'])
    await store.waitForRelease('a', 5)
    return new WeakRef(requests.getStore() as object)
  })
  try {
    // A copy shows that the store's own connections are in use.
    await vi.waitFor(async () => {
      await store.lookup([{ key: 'a', ageMs: 0 }])
      expect(store.lookupSync?.('a')).toBeDefined()
    }, 20_000)
    await vi.waitFor(() => {
      collectGarbage()
      // Compares a boolean, because a failed expectation would hold the object.
      expect(held.deref() === undefined).toBe(true)
    }, 20_000)
  } finally {
    await store.close()
  }
})
