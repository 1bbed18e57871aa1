import { beforeEach, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { fetchToken, filterStored } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const site = redis.site({ local: false })
let store: FragmentStore
beforeEach(() => {
  store = site.open()
})

async function countScripts(): Promise<number> {
  const stats = await redis.client.info('commandstats')
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0)
}

it('entries that are committed in one turn are refused or stored each on its own', async () => {
  const token = await fetchToken(store)
  await redis.client.set(site.keys.object('foreign'), 'a text')
  await store.expire(['expired'])
  const objects = ['first', 'foreign', 'expired', 'last']
  const commits = objects.map((object) =>
    store.commit(object, entryOf({ name: object, dependencies: [object] }), token),
  )
  const settled = await Promise.allSettled(commits)
  expect(settled).toMatchObject([
    { value: 'committed' },
    { reason: { code: 'CC_REDIS_INDEX' } },
    { value: 'fenced' },
    { value: 'committed' },
  ])
  expect(await filterStored(store, objects)).toEqual(['first', 'last'])
})

it('hundreds of large entries that are committed in one turn are all stored', async () => {
  const token = await fetchToken(store)
  const keys = Array.from({ length: 300 }, (_, at) => `k${at}`)
  const payload = new Uint8Array(20_000)
  const commits = keys.map((key) =>
    store.commit(key, entryOf({ payload, dependencies: [key, 'all'] }), token),
  )
  expect(new Set(await Promise.all(commits))).toEqual(new Set(['committed']))
  expect(await store.expire(['all'])).toBe(300)
})

it('thousands of tiny entries in one turn are all stored, in short scripts', async () => {
  const token = await fetchToken(store)
  const keys = Array.from({ length: 3_000 }, (_, at) => `k${at}`)
  const payload = new Uint8Array(8)
  const before = await countScripts()
  const commits = keys.map((key) => store.commit(key, entryOf({ payload, dependencies: [] }), token))
  expect(new Set(await Promise.all(commits))).toEqual(new Set(['committed']))
  // No script stores more than a hundred entries, because Redis serves nothing else while it runs.
  expect((await countScripts()) - before).toBeGreaterThanOrEqual(30)
  expect(await redis.client.zcard(site.keys.due)).toBeGreaterThanOrEqual(3_000)
})

it.each([
  ['a lone surrogate', '\ud800:1'],
  ['a quote and a backslash', '"\\:1'],
  ['a zero byte', '\0:1'],
  ['a text that looks like an escape', '\\ud800:1'],
  ['an emoji', '😀:1'],
])('an entry is expired by an object whose key has %s', async (_, object) => {
  await store.commit('a', entryOf({ dependencies: [object] }), await fetchToken(store))
  expect(await filterStored(store, ['a'])).toEqual(['a'])
  expect(await store.expire([object])).toBe(1)
  expect(await filterStored(store, ['a'])).toEqual([])
})
