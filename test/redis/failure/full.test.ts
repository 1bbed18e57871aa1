import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { commitEntry, fetchToken, filterStored } from '../../support/commitEntry.ts'
import { entryOf } from '../../support/entries.ts'
import { createSite, type FakeSite, register } from '../../support/fakeSite.ts'
import { createNewsroom, isHit, type Newsroom } from '../../support/newsroom.ts'
import { type RedisSite, realClock, redisForFile } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const fillServer = () => redis.client.config('SET', 'maxmemory', '1')
const makeRoom = () => redis.client.config('SET', 'maxmemory', '0')
const WAIT = { timeout: 30_000, interval: 20 }

let site: RedisSite
let here: FakeSite
let newsroom: Newsroom
beforeEach(async () => {
  await makeRoom()
  site = redis.site({ local: false })
  here = createSite({ clock: realClock, store: site.open() })
  newsroom = createNewsroom()
})
afterEach(() => site.close())

const usedMemory = async () => Number(/used_memory:(\d+)/.exec(await redis.client.info('memory'))?.[1])

/** Shows a fragment that is not stored yet. */
async function showNew(name: string) {
  const { value, report } = await here.request().serve(name, () => {
    register('x')
    return [name]
  })
  expect(value).toBe(name)
  return report
}

describe('a full server that evicts nothing', () => {
  it('a page is rendered on a full server, and events report why it is not stored', async () => {
    await here.store.getDependents('connects')
    await fillServer()
    for (let visits = 0; visits < 3; visits++) await newsroom.visit(here)
    const errors = here.events.flatMap((event) => (event.type === 'store-error' ? [event] : []))
    expect(errors).not.toEqual([])
    for (const { error } of errors) expect(String(error)).toContain('OOM')
  })

  it('a full server still serves stored fragments', async () => {
    await newsroom.visit(here)
    await fillServer()
    for (let i = 0; i < 50; i++) {
      expect(await showNew(`new ${i}`)).toMatchObject({ outcome: 'miss', stored: false })
      expect(isHit(await newsroom.visit(here))).toBe(true)
    }
    expect(new Set(listFailedOperations(here))).toEqual(new Set(['lease', 'commit']))
  })

  it('a full server still serves nested hits beside a new fragment', async () => {
    const show = async (outer: string, names: readonly string[]) => {
      const page = here.request()
      await page.fragment(outer, async function* () {
        for (const text of await Promise.all(names.map((name) => page.fragment(name, () => [name]))))
          yield text
      })
      return Object.fromEntries(
        (await page.reports()).map(({ name, outcome, reason }) => [name, [outcome, reason]]),
      )
    }
    await show('one', ['a', 'b'])
    await fillServer()
    expect(await show('two', ['a', 'b', 'new'])).toMatchObject({
      a: ['hit', undefined],
      b: ['hit', undefined],
      new: ['miss', 'absent'],
    })
    expect(new Set(listFailedOperations(here))).toEqual(new Set(['lease', 'commit']))
  })

  it('a full server still takes an expiry, even of very many objects', async () => {
    await newsroom.visit(here)
    const keys = Array.from({ length: 3_000 }, (_, i) => `k${i}`)
    const token = await fetchToken(here.store)
    await Promise.all(
      keys.map((key) => here.store.commit(key, entryOf({ dependencies: ['many', key] }), token)),
    )
    await fillServer()
    await newsroom.publish(here, 1)
    await newsroom.visit(here)
    expect(await here.store.expire(keys.slice(0, 1_500))).toBe(1_500)
    expect(await here.store.expire(['many'])).toBe(1_500)
    expect(await filterStored(here.store, keys)).toEqual([])
  })

  it('a full server still takes a refresh', async () => {
    await commitEntry(here.store, 'a', { dependencies: ['x'] })
    await fillServer()
    expect(await here.store.refresh(['x'])).toBe(1)
    const [lookup] = await here.store.lookup([{ key: 'a', ageMs: 0 }])
    expect(lookup).toMatchObject({ markedStale: true })
  })

  it('a full server still takes a clear, and has room afterwards', async () => {
    await commitEntry(here.store, 'a', { dependencies: ['x'] })
    await fillServer()
    await here.store.clear()
    expect(await filterStored(here.store, ['a'])).toEqual([])
    await makeRoom()
    expect(await commitEntry(here.store, 'a', { dependencies: ['x'] })).toBe('committed')
  })

  it.each([
    ['with dependencies', ['x', 'y']],
    ['without dependencies', []],
  ])('an entry %s is refused by a full server, and takes no memory', async (_, dependencies) => {
    const token = await fetchToken(here.store)
    await fillServer()
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

  it('an entry that a full server cannot replace stays, and an expiry finds it', async () => {
    await commitEntry(here.store, 'a', { name: 'old', dependencies: ['x', 'y'] })
    const token = await fetchToken(here.store)
    await fillServer()
    const entry = entryOf({ name: 'new', dependencies: ['y', 'z'] })
    await expect(here.store.commit('a', entry, token)).rejects.toThrow('OOM')
    const [lookup] = await here.store.lookup([{ key: 'a', ageMs: 0 }])
    expect(lookup?.entry?.name).toBe('old')
    expect(await here.store.getDependents('z')).toEqual([])
    expect(await here.store.expire(['x'])).toBe(1)
    expect(await filterStored(here.store, ['a'])).toEqual([])
    expect(await here.store.getDependents('y')).toEqual([])
  })

  it('a page is stored again when a full server has room', async () => {
    await fillServer()
    await newsroom.visit(here)
    await makeRoom()
    await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
  })
})

describe('a server that evicts keys with a TTL', () => {
  afterEach(() => redis.client.config('SET', 'maxmemory-policy', 'noeviction'))

  it('an evicted entry leaves the index, and an expiry finds all other entries', async () => {
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

function listFailedOperations({ events }: FakeSite): string[] {
  return events.flatMap((event) => (event.type === 'store-error' ? [event.operation] : []))
}
