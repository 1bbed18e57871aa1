import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEntryCodec } from '../../../lib/core/entryCodec.ts'
import { createFragmentKey } from '../../../lib/core/fragmentKey.ts'
import type { FragmentStore, Lookup } from '../../../lib/core/fragmentStore.ts'
import { evaluateFreshness } from '../../../lib/core/freshness.ts'
import type { RedisStoreOptions } from '../../../lib/redis/redisStore.ts'
import { commitEntry, fetchToken, filterStored } from '../../support/commitEntry.ts'
import { entryOf } from '../../support/entries.ts'
import { createSite } from '../../support/fakeSite.ts'
import { type RedisSite, realClock, redisForFile } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }
const secret = 'a secret that only the site knows'
const entry = entryOf({
  name: 'section',
  dependencies: ['news/story:1', 'ü😀'],
  route: '/a?b=ü',
  payload: Uint8Array.from({ length: 200 }, (_, i) => (i * 7) & 255),
})

let site: RedisSite
afterEach(() => site.close())

const flipBits = (bits: readonly number[]) => (bytes: Buffer) => {
  const damaged = Buffer.from(bytes)
  for (const bit of bits) {
    const at = bit % (8 * damaged.byteLength)
    damaged[at >> 3] = (damaged[at >> 3] as number) ^ (1 << (at & 7))
  }
  return damaged
}
const anyDamage = fc.oneof(
  { weight: 8, arbitrary: fc.array(fc.nat(), { minLength: 1, maxLength: 12 }).map(flipBits) },
  { weight: 4, arbitrary: fc.nat(8 * 80).map((bit) => flipBits([bit])) },
  { weight: 1, arbitrary: fc.nat(400).map((length) => (bytes: Buffer) => bytes.subarray(0, length)) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 20 })
      .map((more) => (bytes: Buffer) => Buffer.concat([bytes, more])),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => () => Buffer.from(bytes)) },
)

describe.each([
  ['without a secret', {}],
  ['with a secret', { secret }],
])('a damaged entry %s', (condition, options: RedisStoreOptions) => {
  let store: FragmentStore
  beforeEach(() => {
    site = redis.site({ ...options, local: false })
    store = site.open()
  })

  it(`a damaged entry ${condition} is a miss, or has its original content`, async () => {
    await store.commit('a', entry, await fetchToken(store))
    const name = site.keys.fragment('a')
    const whole = (await redis.client.getBuffer(name)) as Buffer
    let misses = 0
    await fc.assert(
      fc.asyncProperty(anyDamage, async (damage) => {
        // Sent together, the lookup may run before or after the damage. The second lookup runs after it.
        const [, [firstLookup]] = await Promise.all([
          redis.client.set(name, damage(whole)),
          store.lookup([{ key: 'a', ageMs: 0, shared: true }]),
        ])
        const secondLookup = (await store.lookup([{ key: 'a', ageMs: 0, shared: true }]))[0]
        for (const lookup of [firstLookup, secondLookup])
          if (lookup?.entry) expect(lookup.entry).toEqual(entry)
        if (secondLookup?.entry === undefined) misses++
      }),
      { numRuns: 3_000 },
    )
    expect(misses).toBeGreaterThan(2_000)
  })

  it(`a damaged entry ${condition} is replaced by the next fill`, async () => {
    const on = createSite({ clock: realClock, store })
    const name = site.keys.fragment(createFragmentKey({ name: 'section', version: '1' }))
    const show = async (text: string) => {
      const { value, report } = await on.request().serve('section', () => [text])
      return { value, ...(await report) }
    }
    await show('whole')
    const whole = (await redis.client.getBuffer(name)) as Buffer
    await fc.assert(
      fc.asyncProperty(anyDamage, async (damage) => {
        await redis.client.set(name, damage(whole))
        const shown = await show('whole')
        expect(shown.value).toBe('whole')
        await vi.waitFor(async () => {
          expect(await show('whole')).toMatchObject({ outcome: 'hit' })
        }, WAIT)
      }),
      { numRuns: 200 },
    )
  })
})

describe('an entry that another program has planted', () => {
  beforeEach(() => {
    site = redis.site({ local: false })
  })
  const plant = async (key: string, signedWith?: string) => {
    const epoch = (await redis.client.get(site.keys.epoch)) as string
    const codec = createEntryCodec(site.keys.fragmentPrefix, signedWith)
    await redis.client.set(site.keys.fragment(key), codec.encode(key, entry, epoch))
  }

  it.each([
    ['no secret', undefined],
    ['another secret', `${secret}!`],
  ])('a planted entry that is signed with %s is a miss', async (_, signedWith) => {
    const store = site.open({ secret })
    await fetchToken(store)
    await plant('a', signedWith)
    expect(await filterStored(store, ['a'])).toEqual([])
    const [lookup] = await store.lookup([{ key: 'a', ageMs: 0 }])
    expect(evaluateFreshness(lookup as Lookup)).toEqual({ state: 'unusable', reason: 'unreadable' })
    expect(await commitEntry(store, 'a')).toBe('committed')
    expect(await filterStored(store, ['a'])).toEqual(['a'])
  })

  it('a planted entry of another epoch counts as absent, not as damaged', async () => {
    const store = site.open({ secret })
    await commitEntry(store, 'a')
    const bytes = (await redis.client.getBuffer(site.keys.fragment('a'))) as Buffer
    await store.clear()
    await redis.client.set(site.keys.fragment('a'), bytes)
    const [lookup] = await store.lookup([{ key: 'a', ageMs: 0 }])
    expect(evaluateFreshness(lookup as Lookup)).toEqual({ state: 'unusable', reason: 'absent' })
  })

  it('a planted entry is found by a store with the same secret, or also without one', async () => {
    const storeWithoutSecret = site.open()
    await fetchToken(storeWithoutSecret)
    await plant('a')
    expect(await filterStored(storeWithoutSecret, ['a'])).toEqual(['a'])
    await plant('a', secret)
    expect(await filterStored(site.open({ secret }), ['a'])).toEqual(['a'])
    expect(await filterStored(storeWithoutSecret, ['a'])).toEqual([])
  })

  it.each([{}, { secret }])('a planted entry of another key is a miss, with %o', async (options) => {
    const store = site.open(options)
    await commitEntry(store, 'a', { name: 'A' })
    await redis.client.copy(site.keys.fragment('a'), site.keys.fragment('b'))
    expect(await filterStored(store, ['a', 'b'])).toEqual(['a'])
  })

  it.each([{}, { secret }])('a planted entry of another namespace is a miss, with %o', async (options) => {
    const other = redis.site({ local: false })
    const store = other.open(options)
    await commitEntry(store, 'a', { name: 'A' })
    // A program that can plant an entry can also plant its epoch.
    await redis.client.copy(other.keys.epoch, site.keys.epoch)
    await redis.client.copy(other.keys.fragment('a'), site.keys.fragment('a'))
    expect(await filterStored(store, ['a'])).toEqual(['a'])
    expect(await filterStored(site.open(options), ['a'])).toEqual([])
  })
})
