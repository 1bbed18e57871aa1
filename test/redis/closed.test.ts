import { afterEach, expect, it } from 'vitest'
import type { FragmentStore } from '../../lib/core/store.ts'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { put, storedOf } from '../support/put.ts'
import { redisForFile } from '../support/redisStores.ts'

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
  await put(first, 'a')
  await first.close?.()
  const second = open()
  expect(second).not.toBe(first)
  expect(await storedOf(second, ['a'])).toEqual(['a'])
})

it('closing one again does not take the place from the next', async () => {
  const first = open()
  // Not even while it is being closed.
  const closing = first.close?.()
  const second = open()
  await closing
  await first.close?.()
  expect(open()).toBe(second)
  expect(await storedOf(second, ['none'])).toEqual([])
})
