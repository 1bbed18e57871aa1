import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isContentCacheError } from '../../lib/core/errors.ts'
import type { CommitResult, Entry, FragmentStore, Token } from '../../lib/core/fragmentStore.ts'
import { createLazyStore } from '../../lib/core/lazyStore.ts'
import { createRedisKeys } from '../../lib/redis/redisKeys.ts'
import type { RedisStoreOptions } from '../../lib/redis/redisStore.ts'
import { commitEntry, fetchToken, filterStored } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'
import { createSite, type FakeSite, register } from '../support/fakeSite.ts'
import { type RedisSite, realClock, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const names = { namespace: 'cc', objectPrefix: 'obj:', reversePrefix: 'sobj:' }
const key = ':1:sidebar'
const minute = 60_000

let site: RedisSite
let store: FragmentStore
beforeEach(async () => {
  await redis.client.flushall()
  site = redis.site({ ...names, local: false })
  store = site.open()
})
afterEach(() => site.close())

const bytes = (text: string) => new TextEncoder().encode(text)

async function exported(
  text: string,
  fields: Partial<Entry> = {},
  { to = store, token }: { to?: FragmentStore; token?: Token } = {},
): Promise<CommitResult | 'unsupported' | undefined> {
  return to.export?.(key, bytes(text), entryOf(fields), token ?? (await fetchToken(to)))
}

/** What is left of the index once nothing is cached. */
const indexKeys = () => redis.client.keys('*obj:*')

describe('what is exported', () => {
  it('an export is written unchanged, and indexed in both directions', async () => {
    expect(await exported('<p>1</p>', { dependencies: ['a', 'b'] })).toBe('committed')
    expect(await redis.client.get(key)).toBe('<p>1</p>')
    expect(await redis.client.smembers('obj:a')).toEqual([key])
    expect(await redis.client.smembers('obj:b')).toEqual([key])
    expect((await redis.client.smembers(`sobj:${key}`)).sort()).toEqual(['obj:a', 'obj:b'])
  })

  it.each<[string, number, number, RedisStoreOptions]>([
    ['that may live for ever lives as long as any entry', Infinity, 30 * 24 * 60 * minute, {}],
    ['lives as long as its fragment', 20 * minute, 20 * minute, {}],
    ['lives no longer than the option says', 20 * minute, 10 * minute, { maxAge: 10 * 60 }],
  ])('%s', async (_, life, expectedLife, options) => {
    await exported('<p>1</p>', { createdAt: 1_000, discardAt: 1_000 + life }, { to: site.open(options) })
    const left = await redis.client.pttl(key)
    expect(left).toBeLessThanOrEqual(expectedLife)
    expect(left).toBeGreaterThan(expectedLife - minute)
  })

  it('an export leaves the sets of objects that it no longer shows', async () => {
    await exported('<p>1</p>', { dependencies: ['a', 'b'] })
    await exported('<p>2</p>', { dependencies: ['b', 'c'] })
    expect(await redis.client.exists('obj:a')).toBe(0)
    expect(await store.expire(['a'])).toBe(0)
    expect(await redis.client.get(key)).toBe('<p>2</p>')
    expect(await store.expire(['c'])).toBe(1)
    expect(await redis.client.exists(key)).toBe(0)
    expect(await indexKeys()).toEqual([])
  })

  it('an export is no fragment', async () => {
    await exported('<p>1</p>', { dependencies: ['a'] })
    expect(await store.getDependents('a')).toEqual([])
  })
})

describe('it goes with the fragment', () => {
  beforeEach(async () => {
    await commitEntry(store, 'sidebar', { dependencies: ['a', 'b'] })
    await exported('<p>1</p>', { dependencies: ['a', 'b'] })
  })

  it('an export goes when an object is expired', async () => {
    expect(await store.expire(['a'])).toBe(2)
    expect(await redis.client.exists(key)).toBe(0)
    expect(await indexKeys()).toEqual([])
  })

  it('an export goes when an object is refreshed', async () => {
    await store.refresh(['a'])
    expect(await redis.client.exists(key)).toBe(0)
    expect(await filterStored(store, ['sidebar'])).toEqual(['sidebar'])
  })

  it('an export goes when a program of 2012 deletes it', async () => {
    const listed = await redis.client.smembers('obj:b')
    expect(listed.sort()).toEqual([key, 'cc:frag:sidebar'])
    await redis.client.del(...listed)
    expect(await redis.client.exists(key)).toBe(0)
    expect(await store.expire(['a', 'b'])).toBe(0)
    expect(await indexKeys()).toEqual([])
  })

  it('an export goes when everything is cleared', async () => {
    await redis.client.set('django.own', 'html')
    await store.clear()
    expect(await redis.client.exists(key)).toBe(0)
    expect(await redis.client.exists('django.own')).toBe(1)
    expect(await indexKeys()).toEqual([])
  })
})

describe('it is refused', () => {
  it.each(['expire', 'refresh'] as const)(
    'an export is refused when %s of an object came after the token',
    async (mode) => {
      const token = await fetchToken(store)
      await store[mode](['b'])
      expect(await exported('<p>old</p>', { dependencies: ['a', 'b'] }, { token })).toBe('fenced')
      expect(await redis.client.exists(key)).toBe(0)
      expect(await indexKeys()).toEqual([])
    },
  )

  it('an export is refused when everything was cleared after the token', async () => {
    const token = await fetchToken(store)
    await store.clear()
    expect(await exported('<p>old</p>', {}, { token })).toBe('unverifiable')
    expect(await redis.client.exists(key)).toBe(0)
  })

  it('an export that is too large is refused, and removes the one before', async () => {
    const narrow = site.open({ maxEntryBytes: 1_000 })
    expect(await exported('<p>1</p>', { dependencies: ['a'] }, { to: narrow })).toBe('committed')
    expect(await exported('x'.repeat(1_001), { dependencies: ['a'] }, { to: narrow })).toBe('too-large')
    expect(await redis.client.exists(key)).toBe(0)
    expect(await indexKeys()).toEqual([])
  })

  const reservedKeys = [
    ...Object.values(createRedisKeys(names)).filter((key) => typeof key === 'string'),
    ...['cc:frag:"a"', 'cc:lease:"a"', 'cc:django:["a"]', 'cc:rails:["a"]', 'obj:a', 'sobj:b'],
  ]
  it.each(reservedKeys)(
    'under %s, which is of the store itself, with nothing written',
    async (reservedKey) => {
      const token = await fetchToken(store)
      const before = await redis.client.keys('*')
      const error = await store.export?.(reservedKey, bytes('x'), entryOf(), token).catch((e) => e)
      expect(error).toSatisfy(isContentCacheError)
      expect(error).toMatchObject({ code: 'CC_INVALID_EXPORT', name: 'ContentCacheTypeError' })
      expect(error.message).toContain('"section"')
      expect((await redis.client.keys('*')).sort()).toEqual(before.sort())
      const written = await redis.client.type(reservedKey)
      if (written === 'string') expect(await redis.client.get(reservedKey)).not.toBe('x')
    },
  )
})

it.each(['cc:cache:sidebar', 'cc:clockwork', 'cc', 'ccc:frag:a'])(
  'the key of an export belongs to another program: %s',
  async (other) => {
    expect(await store.export?.(other, bytes('x'), entryOf(), await fetchToken(store))).toBe('committed')
    expect(await redis.client.get(other)).toBe('x')
  },
)

describe('a key that a visitor chose', () => {
  const exportTo = async (redisKey: string) =>
    store.export?.(redisKey, bytes('x'), entryOf({}), await fetchToken(store))
  const refusal = { code: 'CC_INVALID_EXPORT', name: 'ContentCacheTypeError' }

  const others = ['shop', 'a:1', ':1', 'site of "a"']
  const singles = Object.values(createRedisKeys({ namespace: '' })).filter(
    (key): key is string => typeof key === 'string' && key.startsWith(':') && key !== ':frag:',
  )
  it.each(others)('a key in the namespace %s, which is in use, is refused', async (namespace) => {
    const prefixes = { namespace, objectPrefix: `${namespace}/o:`, reversePrefix: `${namespace}/s:` }
    const other = redis.site({ ...prefixes, local: false })
    const otherStore = other.open()
    await commitEntry(otherStore, 'a', { dependencies: ['x'] })
    await otherStore.expire(['x'])
    const reservedKeys = [
      ...singles.map((name) => `${namespace}${name}`),
      ...['frag:a', 'frag:absent', 'lease:a', 'django:a', 'rails:a'].map((name) => `${namespace}:${name}`),
    ]
    await fetchToken(store)
    const before = await redis.client.keys('*')
    for (const redisKey of reservedKeys) await expect(exportTo(redisKey)).rejects.toMatchObject(refusal)
    expect((await redis.client.keys('*')).sort()).toEqual(before.sort())
    expect(await otherStore.expire(['x'])).toBe(0)
    await other.close()
  })

  it('a key in a namespace that only expires, or only fills, is refused', async () => {
    await redis.client.set('expires:clock', 5)
    await expect(exportTo('expires:log')).rejects.toMatchObject(refusal)
    await redis.client.set('fills:epoch', 'a UUID')
    await expect(exportTo('fills:lease:a')).rejects.toMatchObject(refusal)
    expect(await redis.client.exists('expires:log', 'fills:lease:a')).toBe(0)
  })

  it('a key in a namespace that is not in use is accepted', async () => {
    for (const redisKey of [':1:messages', ':1:log', 'site:django:1:a', 'views/a:frag:b', 'a:frag:b:lease:c'])
      expect(await exportTo(redisKey)).toBe('committed')
  })

  it.each([
    ['a list', () => redis.client.lpush(key, 'job')],
    ['a set', () => redis.client.sadd(key, 'member')],
    ['a sorted set', () => redis.client.zadd(key, 1, 'member')],
    ['a hash', () => redis.client.hset(key, 'field', 'value')],
    ['a stream', () => redis.client.xadd(key, '*', 'field', 'value')],
    ['a counter', () => redis.client.incrby(key, 42)],
    ['a counter below 0', () => redis.client.decrby(key, 42)],
    ['a fragment', () => redis.client.set(key, 'RCC\u0002 and so on')],
  ])('a key that holds %s is not overwritten', async (_, hold) => {
    await hold()
    const before = await redis.client.dumpBuffer(key)
    await expect(exportTo(key)).rejects.toMatchObject(refusal)
    expect(await redis.client.dumpBuffer(key)).toEqual(before)
    expect(await redis.client.exists(`sobj:${key}`)).toBe(0)
  })

  it('a key that holds a cached text or an earlier export is overwritten', async () => {
    for (const cached of ['rendered by Django', '', '12 <b>apples</b>']) {
      await redis.client.set(key, cached)
      expect(await exportTo(key)).toBe('committed')
      expect(await exportTo(key)).toBe('committed')
    }
  })

  it.each(['5', '-17', 'RCC\u0002 is a text', 'RCC news'])(
    'a key that holds an earlier export of the text %j is overwritten',
    async (text) => {
      expect(await exported(text)).toBe('committed')
      expect(await exported(text)).toBe('committed')
      expect(await exported('<p>2</p>', { dependencies: ['a'] })).toBe('committed')
      // By the index also where another site has written it.
      expect(await exported(text, { dependencies: ['a'] })).toBe('committed')
      await redis.client.del('cc:due')
      expect(await exported('<p>3</p>', { dependencies: ['a'] })).toBe('committed')
      expect(await redis.client.get(key)).toBe('<p>3</p>')
    },
  )

  it('a key that holds a long text that begins with digits is overwritten', async () => {
    await redis.client.set(key, `${'1'.repeat(32)} and so on`)
    expect(await exportTo(key)).toBe('committed')
  })

  it('a key of the index is refused, by its default names too', async () => {
    const customSite = redis.site({ namespace: 'cc', objectPrefix: 'o/', reversePrefix: 's/', local: false })
    const customStore = customSite.open()
    for (const redisKey of ['o/a', 's/a', 'obj:a', 'sobj:a'])
      await expect(
        customStore.export?.(redisKey, bytes('x'), entryOf({}), await fetchToken(customStore)),
      ).rejects.toMatchObject(refusal)
    await customSite.close()
  })

  it('a key of another namespace is reported, and the fragment stored', async () => {
    await redis.client.set('shop:clock', 5)
    const toy = createSite({ store, clock: realClock })
    const { report } = await toy.request().serve('sidebar', () => ['1'], {
      exportAs: { format: 'raw', key: 'shop:clock' },
      renderHtml: async () => '<p>1</p>',
    })
    expect(await report).toMatchObject({ stored: true })
    expect(toy.events.at(-1)).toMatchObject({ type: 'export-failed', error: { code: 'CC_INVALID_EXPORT' } })
    expect(await redis.client.get('shop:clock')).toBe('5')
  })
})

describe('what is withdrawn', () => {
  it('a removed export is gone, and so is its place in the index', async () => {
    await exported('<p>1</p>', { dependencies: ['a'] })
    await store.removeExports?.([key, ':1:never'])
    expect(await redis.client.exists(key)).toBe(0)
    expect(await indexKeys()).toEqual([])
  })

  it('removeExports keeps fragments', async () => {
    await commitEntry(store, 'sidebar')
    await store.removeExports?.(['cc:frag:sidebar'])
    expect(await filterStored(store, ['sidebar'])).toEqual(['sidebar'])
  })

  it('removeExports keeps what another program has written', async () => {
    await redis.client.set(key, 'rendered by Django')
    await store.removeExports?.([key])
    expect(await redis.client.get(key)).toBe('rendered by Django')
  })
})

describe('a fill', () => {
  let toy: FakeSite
  const exportAs = { format: 'raw', key }
  const html = async (payload: Uint8Array) => `<p>${new TextDecoder().decode(payload)}</p>`
  beforeEach(() => {
    toy = createSite({ store, clock: realClock })
  })

  async function fill(value: string, options: object = {}) {
    const page = toy.request()
    const { report } = await page.serve(
      'sidebar',
      async function* () {
        register('a')
        yield await page.fragment('inner', () => {
          register('b')
          return [value]
        })
      },
      { exportAs, renderHtml: html, ...options },
    )
    return report
  }

  it('a fill exports after its fragment is stored, with the objects of children', async () => {
    await fill('1')
    expect(await redis.client.get(key)).toBe('<p>1</p>')
    expect((await redis.client.smembers(`sobj:${key}`)).sort()).toEqual(['obj:a', 'obj:b'])
    expect(toy.happened().slice(-2)).toEqual(['commit sidebar', 'export sidebar'])
    expect(toy.events.at(-1)).toMatchObject({ key, result: 'committed', bytes: 8 })
  })

  it('a fill exports again after an expiry of an object inside', async () => {
    await fill('1')
    await toy.expire('b')
    expect(await redis.client.exists(key)).toBe(0)
    await fill('2')
    expect(await redis.client.get(key)).toBe('<p>2</p>')
  })

  it('a fill writes every format from the same HTML, made once', async () => {
    const once = vi.fn(html)
    const list = ['raw', 'django', 'rails'].map((format) => ({ format, key: `as ${format}` }))
    await fill('1', { exportAs: list, renderHtml: once })
    for (const { key } of list) expect(await redis.client.get(key)).toContain('<p>1</p>')
    expect(once).toHaveBeenCalledTimes(1)
  })

  it('a hit exports nothing', async () => {
    await fill('1')
    await redis.client.del(key)
    await fill('1')
    expect(await redis.client.exists(key)).toBe(0)
  })

  it('a fill that an expiry overtook exports nothing', async () => {
    const late = async (payload: Uint8Array) => {
      await store.expire(['b'])
      return html(payload)
    }
    await fill('1', { renderHtml: late })
    expect(await redis.client.exists(key)).toBe(0)
    expect(toy.events.at(-1)).toMatchObject({ type: 'export', result: 'fenced' })
  })

  it('a fill without plain HTML is stored, reports why, and removes older HTML', async () => {
    await fill('1', { ttl: 60 })
    const error = new Error('a client component')
    const refuse = async () => {
      throw error
    }
    const report = await fill('2', { renderHtml: refuse, version: '2' })
    expect(report).toMatchObject({ stored: true })
    expect(toy.events.at(-1)).toMatchObject({ type: 'export-failed', keys: [key], error })
    expect(await redis.client.exists(key)).toBe(0)
    expect(await redis.client.exists(`sobj:${key}`)).toBe(0)
  })

  it('a fill exporting to a key of the store is stored, and writes the others', async () => {
    const report = await fill('1', { exportAs: [{ format: 'raw', key: 'obj:a' }, exportAs] })
    expect(report).toMatchObject({ stored: true })
    expect(await redis.client.get(key)).toBe('<p>1</p>')
    const failed = toy.events.find(({ type }) => type === 'export-failed')
    expect(failed).toMatchObject({ keys: ['obj:a'], error: { code: 'CC_INVALID_EXPORT' } })
  })

  it('through a store that is loaded late exports as well', async () => {
    toy = createSite({ store: createLazyStore('redis', async () => store), clock: realClock })
    await fill('1')
    expect(await redis.client.get(key)).toBe('<p>1</p>')
  })

  it('a fill is stored where an export cannot be written, and reports why', async () => {
    await redis.client.call(
      'ACL',
      'SETUSER',
      'narrow',
      'on',
      '>pass',
      '~cc:*',
      '~obj:*',
      '~sobj:*',
      '&*',
      '+@all',
    )
    const { port } = redis.server
    const { redisStore } = await import('../../lib/redis/redisStore.ts')
    const limited = redisStore(
      { port, username: 'narrow', password: 'pass' },
      { ...names, local: false, timeout: 5_000 },
    )
    try {
      toy = createSite({ store: limited, clock: realClock })
      expect(await fill('1')).toMatchObject({ stored: true })
      expect(toy.events.at(-1)).toMatchObject({ type: 'export-failed', keys: [key] })
      expect(await filterStored(store, await store.getDependents('a'))).toHaveLength(1)
    } finally {
      await limited.close()
    }
  })
})
