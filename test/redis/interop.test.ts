import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { commitEntry, fetchToken, filterStored } from '../support/commitEntry.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

// Plays the commands of programs with the 2012 code, with the key names that those programs use.

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }
const names = { namespace: 'cc', objectPrefix: 'obj:', reversePrefix: 'sobj:' }
const x = 'news/story:21563'
const y = 'news/story:new'

let site: RedisSite
let store: FragmentStore
beforeEach(async () => {
  await redis.client.flushall()
  site = redis.site({ ...names, local: false })
  store = site.open()
})
afterEach(() => site.close())

const legacyProgram = {
  async register(cache: string, ...objects: string[]) {
    await redis.client.set(cache, '<p>Django was here</p>')
    for (const object of objects) {
      await redis.client.sadd(`obj:${object}`, cache)
      await redis.client.sadd(`sobj:${cache}`, `obj:${object}`)
    }
  },
  /** The plainest form: deletes the listed caches. */
  async deleteListed(object: string) {
    const caches = await redis.client.smembers(`obj:${object}`)
    if (caches.length > 0) await redis.client.del(...caches)
  },
  /** The later form, with reverse sets. */
  async expire(object: string) {
    for (const cache of await redis.client.smembers(`obj:${object}`)) {
      await redis.client.del(cache)
      for (const set of await redis.client.smembers(`sobj:${cache}`)) await redis.client.srem(set, cache)
      await redis.client.del(`sobj:${cache}`)
    }
  },
}
const sortedKeys = async (pattern: string) => (await redis.client.keys(pattern)).sort()

describe('the index', () => {
  it('the index has full names in both directions, as 2012 programs expect', async () => {
    await commitEntry(store, '"front"@"1"', { dependencies: [x, y] })
    const name = 'cc:frag:"front"@"1"'
    expect(await redis.client.exists(name)).toBe(1)
    expect(await redis.client.smembers(`obj:${x}`)).toEqual([name])
    expect(await redis.client.smembers(`obj:${y}`)).toEqual([name])
    expect((await redis.client.smembers(`sobj:${name}`)).sort()).toEqual([`obj:${x}`, `obj:${y}`])
  })

  it('the sets of the index have no TTL, because they must outlive their members', async () => {
    const [{ now } = { now: 0 }] = await store.lookup([{ key: 'a', ageMs: 0, shared: true }])
    await commitEntry(store, 'a', {
      dependencies: [x],
      createdAt: now,
      staleAt: now + 1e6,
      discardAt: now + 1e6,
    })
    for (const name of [`obj:${x}`, 'sobj:cc:frag:a']) expect(await redis.client.pttl(name)).toBe(-1)
  })
})

describe.each(['deleteListed', 'expire'] as const)('%s of a 2012 program', (method) => {
  it('an expiry by a 2012 program removes exactly the fragments that show the object', async () => {
    await commitEntry(store, 'a', { dependencies: [x, y] })
    await commitEntry(store, 'b', { dependencies: [y] })
    await legacyProgram[method](x)
    expect(await filterStored(store, ['a', 'b'])).toEqual(['b'])
    expect(await store.expire([y])).toBe(1)
    expect(await filterStored(store, ['b'])).toEqual([])
  })

  it('an expiry by a 2012 program reaches the copies in another process', async () => {
    const there = site.open({ local: { maxStalenessMs: 600_000 } })
    await commitEntry(store, 'a', { dependencies: [x] })
    await commitEntry(store, 'b', { dependencies: [y] })
    const lookupBoth = () => there.lookup(['a', 'b'].map((key) => ({ key, ageMs: 0 })))
    const copy = { entry: {}, token: undefined }
    await vi.waitFor(async () => expect(await lookupBoth()).toMatchObject([copy, copy]), WAIT)
    await legacyProgram[method](x)
    // The copy of `b` shows that copies are still served, so the deletion itself removed the copy of `a`.
    await vi.waitFor(async () => expect(await lookupBoth()).toMatchObject([{ entry: undefined }, copy]), WAIT)
  })

  it('a later expiry cleans up after an expiry by a 2012 program', async () => {
    await commitEntry(store, 'a', { dependencies: [x, y] })
    await legacyProgram[method](x)
    expect(await store.expire([x, y])).toBe(0)
    expect(await sortedKeys('*obj:*')).toEqual([])
    expect(await commitEntry(store, 'a', { dependencies: [x] })).toBe('committed')
  })
})

describe.each(['expire', 'refresh'] as const)('%s of the store', (method) => {
  it('the store removes caches of 2012 programs, and their references in all sets', async () => {
    await fetchToken(store)
    await legacyProgram.register('django.front', x, y)
    await legacyProgram.register('rails/sidebar', x)
    await legacyProgram.register('rails/footer', y)
    expect(await store[method]([x])).toBe(2)
    expect(await redis.client.exists('django.front', 'rails/sidebar')).toBe(0)
    expect(await redis.client.get('rails/footer')).toBe('<p>Django was here</p>')
    expect(await redis.client.smembers(`obj:${y}`)).toEqual(['rails/footer'])
    expect(await sortedKeys('sobj:*')).toEqual(['sobj:rails/footer'])
    expect(await redis.client.exists(`obj:${x}`)).toBe(0)
  })

  it('the store removes caches that have no reverse set', async () => {
    await redis.client.set('old', 'html')
    await redis.client.sadd(`obj:${x}`, 'old', 'absent')
    expect(await store[method]([x])).toBe(1)
    expect(await redis.client.exists('old')).toBe(0)
  })
})

it('getDependents leaves out caches of 2012 programs', async () => {
  await legacyProgram.register('django.front', x)
  await commitEntry(store, 'a', { dependencies: [x] })
  expect(await store.getDependents(x)).toEqual(['a'])
})
