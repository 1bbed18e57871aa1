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

async function writeExport(
  text: string,
  fields: Partial<Entry> = {},
  { to = store, token }: { to?: FragmentStore; token?: Token } = {},
): Promise<CommitResult | 'unsupported' | undefined> {
  return to.export?.(key, bytes(text), entryOf(fields), token ?? (await fetchToken(to)))
}

/** The keys of the index. There are none when nothing is cached. */
const indexKeys = () => redis.client.keys('*obj:*')

describe('an export', () => {
  it('an export is written unchanged, and indexed in both directions', async () => {
    expect(await writeExport('<p>1</p>', { dependencies: ['a', 'b'] })).toBe('committed')
    expect(await redis.client.get(key)).toBe('<p>1</p>')
    expect(await redis.client.smembers('obj:a')).toEqual([key])
    expect(await redis.client.smembers('obj:b')).toEqual([key])
    expect((await redis.client.smembers(`sobj:${key}`)).sort()).toEqual(['obj:a', 'obj:b'])
  })

  it.each<[string, number, number, RedisStoreOptions]>([
    ['30 days when its fragment lives for ever', Infinity, 30 * 24 * 60 * minute, {}],
    ['as long as its fragment', 20 * minute, 20 * minute, {}],
    ['no longer than `maxAge`', 20 * minute, 10 * minute, { maxAge: 10 * 60 }],
  ])('an export lives %s', async (_, life, expectedLife, options) => {
    await writeExport('<p>1</p>', { createdAt: 1_000, discardAt: 1_000 + life }, { to: site.open(options) })
    const left = await redis.client.pttl(key)
    expect(left).toBeLessThanOrEqual(expectedLife)
    expect(left).toBeGreaterThan(expectedLife - minute)
  })

  it('an export is removed from the sets of objects that it no longer shows', async () => {
    await writeExport('<p>1</p>', { dependencies: ['a', 'b'] })
    await writeExport('<p>2</p>', { dependencies: ['b', 'c'] })
    expect(await redis.client.exists('obj:a')).toBe(0)
    expect(await store.expire(['a'])).toBe(0)
    expect(await redis.client.get(key)).toBe('<p>2</p>')
    expect(await store.expire(['c'])).toBe(1)
    expect(await redis.client.exists(key)).toBe(0)
    expect(await indexKeys()).toEqual([])
  })

  it('an export is not listed among the dependents of its object', async () => {
    await writeExport('<p>1</p>', { dependencies: ['a'] })
    expect(await store.getDependents('a')).toEqual([])
  })
})

describe('the removal of an export', () => {
  beforeEach(async () => {
    await commitEntry(store, 'sidebar', { dependencies: ['a', 'b'] })
    await writeExport('<p>1</p>', { dependencies: ['a', 'b'] })
  })

  it('an export is removed when an object is expired', async () => {
    expect(await store.expire(['a'])).toBe(2)
    expect(await redis.client.exists(key)).toBe(0)
    expect(await indexKeys()).toEqual([])
  })

  it('an export is removed when an object is refreshed', async () => {
    await store.refresh(['a'])
    expect(await redis.client.exists(key)).toBe(0)
    expect(await filterStored(store, ['sidebar'])).toEqual(['sidebar'])
  })

  it('an export is removed when a 2012 program deletes the caches of its object', async () => {
    const listed = await redis.client.smembers('obj:b')
    expect(listed.sort()).toEqual([key, 'cc:frag:sidebar'])
    await redis.client.del(...listed)
    expect(await redis.client.exists(key)).toBe(0)
    expect(await store.expire(['a', 'b'])).toBe(0)
    expect(await indexKeys()).toEqual([])
  })

  it('an export is removed when the store is cleared', async () => {
    await redis.client.set('django.own', 'html')
    await store.clear()
    expect(await redis.client.exists(key)).toBe(0)
    expect(await redis.client.exists('django.own')).toBe(1)
    expect(await indexKeys()).toEqual([])
  })
})

describe('the refusal of an export', () => {
  it.each(['expire', 'refresh'] as const)(
    'an export is refused when a call of %s came after the token',
    async (mode) => {
      const token = await fetchToken(store)
      await store[mode](['b'])
      expect(await writeExport('<p>old</p>', { dependencies: ['a', 'b'] }, { token })).toBe('fenced')
      expect(await redis.client.exists(key)).toBe(0)
      expect(await indexKeys()).toEqual([])
    },
  )

  it('an export is refused when the store was cleared after the token', async () => {
    const token = await fetchToken(store)
    await store.clear()
    expect(await writeExport('<p>old</p>', {}, { token })).toBe('unverifiable')
    expect(await redis.client.exists(key)).toBe(0)
  })

  it('an export that is too large is refused, and removes the earlier one', async () => {
    const narrow = site.open({ maxEntryBytes: 1_000 })
    expect(await writeExport('<p>1</p>', { dependencies: ['a'] }, { to: narrow })).toBe('committed')
    expect(await writeExport('x'.repeat(1_001), { dependencies: ['a'] }, { to: narrow })).toBe('too-large')
    expect(await redis.client.exists(key)).toBe(0)
    expect(await indexKeys()).toEqual([])
  })

  const reservedKeys = [
    ...Object.values(createRedisKeys(names)).filter((key) => typeof key === 'string'),
    ...['cc:frag:"a"', 'cc:lease:"a"', 'cc:django:["a"]', 'cc:rails:["a"]', 'obj:a', 'sobj:b'],
  ]
  it.each(reservedKeys)(
    'an export to the store key %s is refused, and writes nothing',
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
  'an export to the key %s of another program is accepted',
  async (other) => {
    expect(await store.export?.(other, bytes('x'), entryOf(), await fetchToken(store))).toBe('committed')
    expect(await redis.client.get(other)).toBe('x')
  },
)

describe('a key that a visitor may have chosen', () => {
  const exportTo = async (redisKey: string) =>
    store.export?.(redisKey, bytes('x'), entryOf({}), await fetchToken(store))
  const refusal = { code: 'CC_INVALID_EXPORT', name: 'ContentCacheTypeError' }

  const otherNamespaces = ['shop', 'a:1', ':1', 'site of "a"']
  const fixedKeys = Object.values(createRedisKeys({ namespace: '' })).filter(
    (key): key is string => typeof key === 'string' && key.startsWith(':') && key !== ':frag:',
  )
  it.each(otherNamespaces)('a key in the namespace %s, which is in use, is refused', async (namespace) => {
    const prefixes = { namespace, objectPrefix: `${namespace}/o:`, reversePrefix: `${namespace}/s:` }
    const other = redis.site({ ...prefixes, local: false })
    const otherStore = other.open()
    await commitEntry(otherStore, 'a', { dependencies: ['x'] })
    await otherStore.expire(['x'])
    const reservedKeys = [
      ...fixedKeys.map((name) => `${namespace}${name}`),
      ...['frag:a', 'frag:absent', 'lease:a', 'django:a', 'rails:a'].map((name) => `${namespace}:${name}`),
    ]
    await fetchToken(store)
    const before = await redis.client.keys('*')
    for (const redisKey of reservedKeys) await expect(exportTo(redisKey)).rejects.toMatchObject(refusal)
    expect((await redis.client.keys('*')).sort()).toEqual(before.sort())
    expect(await otherStore.expire(['x'])).toBe(0)
    await other.close()
  })

  it('a key in a namespace that has only a clock, or only an epoch, is refused', async () => {
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
    ['a fragment', () => redis.client.set(key, 'RCC\u0003 and so on')],
  ])('a key that holds %s is not overwritten', async (_, hold) => {
    await hold()
    const before = await redis.client.dumpBuffer(key)
    await expect(exportTo(key)).rejects.toMatchObject(refusal)
    expect(await redis.client.dumpBuffer(key)).toEqual(before)
    expect(await redis.client.exists(`sobj:${key}`)).toBe(0)
  })

  it('a key that holds a cached text is overwritten, and then again', async () => {
    for (const cached of ['rendered by Django', '', '12 <b>apples</b>']) {
      await redis.client.set(key, cached)
      expect(await exportTo(key)).toBe('committed')
      expect(await exportTo(key)).toBe('committed')
    }
  })

  it.each(['5', '-17', 'RCC\u0003 is a text', 'RCC news'])(
    'a key that holds an earlier export of the text %j is overwritten',
    async (text) => {
      expect(await writeExport(text)).toBe('committed')
      expect(await writeExport(text)).toBe('committed')
      expect(await writeExport('<p>2</p>', { dependencies: ['a'] })).toBe('committed')
      // Another site keeps its own due times. There the reverse set shows that the key holds an export.
      expect(await writeExport(text, { dependencies: ['a'] })).toBe('committed')
      await redis.client.del('cc:due')
      expect(await writeExport('<p>3</p>', { dependencies: ['a'] })).toBe('committed')
      expect(await redis.client.get(key)).toBe('<p>3</p>')
    },
  )

  it('a key that holds a long text with digits at its start is overwritten', async () => {
    await redis.client.set(key, `${'1'.repeat(32)} and so on`)
    expect(await exportTo(key)).toBe('committed')
  })

  it('a key of the index is refused, with the default prefixes too', async () => {
    const customSite = redis.site({ namespace: 'cc', objectPrefix: 'o/', reversePrefix: 's/', local: false })
    const customStore = customSite.open()
    for (const redisKey of ['o/a', 's/a', 'obj:a', 'sobj:a'])
      await expect(
        customStore.export?.(redisKey, bytes('x'), entryOf({}), await fetchToken(customStore)),
      ).rejects.toMatchObject(refusal)
    await customSite.close()
  })

  it('a fragment is stored although its export would overwrite a key of a namespace', async () => {
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

describe('removeExports', () => {
  it('removeExports removes an export and its references in the index', async () => {
    await writeExport('<p>1</p>', { dependencies: ['a'] })
    await store.removeExports?.([key, ':1:never'])
    expect(await redis.client.exists(key)).toBe(0)
    expect(await indexKeys()).toEqual([])
  })

  it('removeExports removes no fragment', async () => {
    await commitEntry(store, 'sidebar')
    await store.removeExports?.(['cc:frag:sidebar'])
    expect(await filterStored(store, ['sidebar'])).toEqual(['sidebar'])
  })

  it('removeExports removes no cache that another program has written', async () => {
    await redis.client.set(key, 'rendered by Django')
    await store.removeExports?.([key])
    expect(await redis.client.get(key)).toBe('rendered by Django')
  })
})

describe('a fill with exports', () => {
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

  it('a fill exports after its commit, with the objects of its children', async () => {
    await fill('1')
    expect(await redis.client.get(key)).toBe('<p>1</p>')
    expect((await redis.client.smembers(`sobj:${key}`)).sort()).toEqual(['obj:a', 'obj:b'])
    expect(toy.happened().slice(-2)).toEqual(['commit sidebar', 'export sidebar'])
    expect(toy.events.at(-1)).toMatchObject({ key, result: 'committed', bytes: 8 })
  })

  it('a fill exports again after an object of a child was expired', async () => {
    await fill('1')
    await toy.expire('b')
    expect(await redis.client.exists(key)).toBe(0)
    await fill('2')
    expect(await redis.client.get(key)).toBe('<p>2</p>')
  })

  it('a fill renders its HTML once for all formats', async () => {
    const renderHtml = vi.fn(html)
    const list = ['raw', 'django', 'rails'].map((format) => ({ format, key: `as ${format}` }))
    await fill('1', { exportAs: list, renderHtml })
    for (const { key } of list) expect(await redis.client.get(key)).toContain('<p>1</p>')
    expect(renderHtml).toHaveBeenCalledTimes(1)
  })

  it('a hit exports nothing', async () => {
    await fill('1')
    await redis.client.del(key)
    await fill('1')
    expect(await redis.client.exists(key)).toBe(0)
  })

  it('a fill exports nothing when an object was expired before its export', async () => {
    const expireThenRender = async (payload: Uint8Array) => {
      await store.expire(['b'])
      return html(payload)
    }
    await fill('1', { renderHtml: expireThenRender })
    expect(await redis.client.exists(key)).toBe(0)
    expect(toy.events.at(-1)).toMatchObject({ type: 'export', result: 'fenced' })
  })

  it('a fill without plain HTML is stored, reports the error, and removes older HTML', async () => {
    await fill('1', { ttl: 60 })
    const error = new Error('a client component')
    const throwError = async () => {
      throw error
    }
    const report = await fill('2', { renderHtml: throwError, version: '2' })
    expect(report).toMatchObject({ stored: true })
    expect(toy.events.at(-1)).toMatchObject({ type: 'export-failed', keys: [key], error })
    expect(await redis.client.exists(key)).toBe(0)
    expect(await redis.client.exists(`sobj:${key}`)).toBe(0)
  })

  it('a fill with one export to a store key is stored, and writes its other exports', async () => {
    const report = await fill('1', { exportAs: [{ format: 'raw', key: 'obj:a' }, exportAs] })
    expect(report).toMatchObject({ stored: true })
    expect(await redis.client.get(key)).toBe('<p>1</p>')
    const failed = toy.events.find(({ type }) => type === 'export-failed')
    expect(failed).toMatchObject({ keys: ['obj:a'], error: { code: 'CC_INVALID_EXPORT' } })
  })

  it('a lazily loaded store exports', async () => {
    toy = createSite({ store: createLazyStore('redis', async () => store), clock: realClock })
    await fill('1')
    expect(await redis.client.get(key)).toBe('<p>1</p>')
  })

  it('a fill whose export Redis refuses is stored, and reports the error', async () => {
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
      { ...names, local: false, timeout: 30_000 },
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
