import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { commitEntry, fetchToken, filterStored } from '../../support/commitEntry.ts'
import { entryOf } from '../../support/entries.ts'
import { createSite, type FakeSite, register } from '../../support/fakeSite.ts'
import { createNewsroom, isHit, type Newsroom } from '../../support/newsroom.ts'
import { type RedisSite, realClock, redisForFile } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const full = () => redis.client.config('SET', 'maxmemory', '1')
const roomy = () => redis.client.config('SET', 'maxmemory', '0')
const WAIT = { timeout: 30_000, interval: 20 }

let site: RedisSite
let here: FakeSite
let newsroom: Newsroom
beforeEach(async () => {
  await roomy()
  site = redis.site({ local: false })
  here = createSite({ clock: realClock, store: site.open() })
  newsroom = createNewsroom()
})
afterEach(() => site.close())

const usedMemory = async () => Number(/used_memory:(\d+)/.exec(await redis.client.info('memory'))?.[1])

/** Shows a fragment that is not stored. */
async function showNew(name: string) {
  const { value, report } = await here.request().serve(name, () => {
    register('x')
    return [name]
  })
  expect(value).toBe(name)
  return report
}

describe('on a server that is full and evicts nothing', () => {
  it('a page is rendered on a full server, and events say why it is not stored', async () => {
    await here.store.getDependents('connects')
    await full()
    for (let visits = 0; visits < 3; visits++) await newsroom.visit(here)
    const errors = here.events.flatMap((event) => (event.type === 'store-error' ? [event] : []))
    expect(errors).not.toEqual([])
    for (const { error } of errors) expect(String(error)).toContain('OOM')
  })

  it('what is stored is still served, however much cannot be', async () => {
    await newsroom.visit(here)
    await full()
    for (let i = 0; i < 50; i++) {
      expect(await showNew(`new ${i}`)).toMatchObject({ outcome: 'miss', stored: false })
      expect(isHit(await newsroom.visit(here))).toBe(true)
    }
    expect(new Set(errorsIn(here))).toEqual(new Set(['lease', 'commit']))
  })

  it('an expiry works on a full server, also of very many objects', async () => {
    await newsroom.visit(here)
    const keys = Array.from({ length: 3_000 }, (_, i) => `k${i}`)
    const token = await fetchToken(here.store)
    await Promise.all(
      keys.map((key) => here.store.commit(key, entryOf({ dependencies: ['many', key] }), token)),
    )
    await full()
    await newsroom.publish(here, 1)
    await newsroom.visit(here)
    expect(await here.store.expire(keys.slice(0, 1_500))).toBe(1_500)
    expect(await here.store.expire(['many'])).toBe(1_500)
    expect(await filterStored(here.store, keys)).toEqual([])
  })

  it('a refresh works on a full server', async () => {
    await commitEntry(here.store, 'a', { dependencies: ['x'] })
    await full()
    expect(await here.store.refresh(['x'])).toBe(1)
    const [lookups] = await here.store.lookup([{ key: 'a', ageMs: 0 }])
    expect(lookups).toMatchObject({ markedStale: true })
  })

  it('a clear works, and makes room', async () => {
    await commitEntry(here.store, 'a', { dependencies: ['x'] })
    await full()
    await here.store.clear()
    expect(await filterStored(here.store, ['a'])).toEqual([])
    await roomy()
    expect(await commitEntry(here.store, 'a', { dependencies: ['x'] })).toBe('committed')
  })

  it.each([
    ['objects', ['x', 'y']],
    ['no object', []],
  ])('an entry that shows %s is refused whole, and takes no memory', async (_, dependencies) => {
    const token = await fetchToken(here.store)
    await full()
    const before = await usedMemory()
    const payload = new Uint8Array(200_000)
    for (let i = 0; i < 50; i++) {
      const commit = here.store.commit(`k${i}`, entryOf({ payload, dependencies }), token)
      await expect(commit).rejects.toThrow('OOM')
    }
    expect((await usedMemory()) - before).toBeLessThan(2_000_000)
    expect(await redis.client.keys(`${site.keys.fragmentPrefix}*`)).toEqual([])
    expect(await here.store.getDependents('x')).toEqual([])
  })

  it('an entry that cannot be replaced stays as it was, and an expiry finds it', async () => {
    await commitEntry(here.store, 'a', { name: 'old', dependencies: ['x', 'y'] })
    const token = await fetchToken(here.store)
    await full()
    const entry = entryOf({ name: 'new', dependencies: ['y', 'z'] })
    await expect(here.store.commit('a', entry, token)).rejects.toThrow('OOM')
    const [lookups] = await here.store.lookup([{ key: 'a', ageMs: 0 }])
    expect(lookups?.entry?.name).toBe('old')
    expect(await here.store.getDependents('z')).toEqual([])
    expect(await here.store.expire(['x'])).toBe(1)
    expect(await filterStored(here.store, ['a'])).toEqual([])
    expect(await here.store.getDependents('y')).toEqual([])
  })

  it('everything goes on once there is room', async () => {
    await full()
    await newsroom.visit(here)
    await roomy()
    await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
  })
})

describe('on a server that evicts what has a time to live', () => {
  afterEach(() => redis.client.config('SET', 'maxmemory-policy', 'noeviction'))

  it('an evicted entry leaves its index, and nothing is stale', async () => {
    await redis.client.config('SET', 'maxmemory-policy', 'volatile-lru')
    const limit = (await usedMemory()) + 8_000_000
    await redis.client.config('SET', 'maxmemory', String(limit))
    const payload = new Uint8Array(100_000)
    for (let i = 0; i < 300; i++)
      await commitEntry(here.store, `k${i}`, { payload, dependencies: ['all', `x${i}`] })
    const keys = Array.from({ length: 300 }, (_, i) => `k${i}`)
    const stored = await filterStored(here.store, keys)
    expect(stored.length).toBeGreaterThan(10)
    expect(stored.length).toBeLessThan(100)
    for (const name of ['epoch', 'clock', 'due'] as const) {
      expect(await redis.client.exists(site.keys[name])).toBe(name === 'clock' ? 0 : 1)
    }
    for (const key of stored) expect(await here.store.getDependents(key.replace('k', 'x'))).toEqual([key])
    expect(await here.store.expire(['all'])).toBe(stored.length)
    expect(await filterStored(here.store, keys)).toEqual([])
    expect(await redis.client.keys(`${site.keys.objectPrefix}*`)).toEqual([])
    expect(await redis.client.keys(`${site.keys.reversePrefix}*`)).toEqual([])
  })
})

function errorsIn({ events }: FakeSite): string[] {
  return events.flatMap((event) => (event.type === 'store-error' ? [event.operation] : []))
}
