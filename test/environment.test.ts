import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../lib/core/fragmentStore.ts'
import { getDefaultStore } from '../lib/entries/getDefaultStore.ts'
import { memoryStore } from '../lib/memory/memoryStore.ts'
import { checkPrefixes } from '../lib/redis/checkPrefixes.ts'
import { runCli } from './cli/fakeTerminal.ts'
import { commitEntry } from './support/commitEntry.ts'
import { redisForFile } from './support/redisStores.ts'

const redis = redisForFile()

const REDIS = 'redis://127.0.0.1:1'
const defaultStoreSymbol = Symbol.for('react-cache-content/1/defaultStore')
const forgetStore = () => Reflect.deleteProperty(globalThis, defaultStoreSymbol)

beforeEach(() => {
  forgetStore()
  for (const name of Object.keys(process.env))
    if (name.startsWith('CONTENT_CACHE_')) vi.stubEnv(name, undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
  forgetStore()
})

/** Values that must be refused, and whether the error may show them. */
const invalidValues: [name: string, value: string, mayBeShown: boolean][] = [
  ['CONTENT_CACHE_REDIS_URL', 'http://user:word@host', false],
  ['CONTENT_CACHE_REDIS_URL', 'localhost:6379', false],
  ['CONTENT_CACHE_NAMESPACE', ' shop', true],
  ['CONTENT_CACHE_NAMESPACE', 'shop\n', true],
  ['CONTENT_CACHE_NAMESPACE', '"shop"', true],
  ['CONTENT_CACHE_NAMESPACE', "'shop'", true],
  ['CONTENT_CACHE_NAMESPACE', 'sh\u200bop', true],
  ['CONTENT_CACHE_NAMESPACE', 'sh\u0007op', true],
  ['CONTENT_CACHE_NAMESPACE', '\ufeffshop', true],
  ['CONTENT_CACHE_NAMESPACE', 'sh\ufffdp', true],
  ['CONTENT_CACHE_NAMESPACE', '   ', true],
  ['CONTENT_CACHE_NAMESPACE', 'x'.repeat(201), true],
  ['CONTENT_CACHE_NAMESPACE', 'obj', true],
  ['CONTENT_CACHE_NAMESPACE', 'obj:site', true],
  ['CONTENT_CACHE_NAMESPACE', 'sobj', true],
  ['CONTENT_CACHE_NAMESPACE', 'sobj:site', true],
  ['CONTENT_CACHE_CHANNEL', 'content ', true],
  ['CONTENT_CACHE_CHANNEL', '"content"', true],
  ['CONTENT_CACHE_CONSISTENCY', 'srict', true],
  ['CONTENT_CACHE_CONSISTENCY', 'Strict', true],
  ...['0', '-1', '1.5', '64MB', '1e3', '99999999'].map((value): [string, string, boolean] => [
    'CONTENT_CACHE_MEMORY_MB',
    value,
    true,
  ]),
  ['CONTENT_CACHE_SECRET', 'fifteen letters', false],
  ['CONTENT_CACHE_REBUILD_SECRET', 'fifteen letters', false],
]

const expectRefusal = (name: string) =>
  expect.objectContaining({ code: 'CC_INVALID_ENVIRONMENT', message: expect.stringContaining(name) })

describe.each(invalidValues)('%s=%j', (name, value, mayBeShown) => {
  it('an invalid value is refused by the default store, with the name of its variable', () => {
    vi.stubEnv(name, value)
    expect(getDefaultStore).toThrow(expectRefusal(name))
    if (!mayBeShown)
      expect(getDefaultStore).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining(value) }),
      )
    forgetStore()
    if (name !== 'CONTENT_CACHE_REDIS_URL') vi.stubEnv('CONTENT_CACHE_REDIS_URL', REDIS)
    expect(getDefaultStore).toThrow(expectRefusal(name))
  })
})

/** No command reads these. */
const siteVariables = ['CONTENT_CACHE_CONSISTENCY', 'CONTENT_CACHE_MEMORY_MB']

describe.each(invalidValues.filter(([name]) => !siteVariables.includes(name)))(
  '%s=%j',
  (name, value, mayBeShown) => {
    it('an invalid value is refused by the worker before it connects', async () => {
      const env = { CONTENT_CACHE_REDIS_URL: REDIS, CONTENT_CACHE_SITE: 'http://localhost', [name]: value }
      const { code, out, err } = await runCli(['worker', '--once'], { env })
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toContain(`environment variable ${name} `)
      expect(err).toContain('[CC_INVALID_ENVIRONMENT')
      if (!mayBeShown) expect(err).not.toContain(value)
    })
  },
)

describe('a secret of the environment', () => {
  const short = 'fifteen letters'
  const long = 'sixteen letters!'
  const create = async (options: object = {}) => {
    const { createContentCache } = await import('../lib/next/createContentCache.ts')
    return createContentCache({ store: memoryStore({ name: false }), ...options })
  }

  it.each(['CONTENT_CACHE_REBUILD_SECRET', 'CONTENT_CACHE_SECRET'])(
    'a secret in place of `rebuildSecret` is checked for a store in memory too: %s',
    async (name) => {
      vi.stubEnv(name, short)
      await expect(create()).rejects.toEqual(expectRefusal(name))
      await expect(create()).rejects.toEqual(
        expect.objectContaining({ message: expect.not.stringContaining(short) }),
      )
      vi.stubEnv(name, long)
      await expect(create()).resolves.toBeDefined()
    },
  )

  it('a secret is not read when an option or the other variable replaces it', async () => {
    vi.stubEnv('CONTENT_CACHE_SECRET', short)
    await expect(create({ rebuildSecret: long })).resolves.toBeDefined()
    vi.stubEnv('CONTENT_CACHE_REBUILD_SECRET', long)
    await expect(create()).resolves.toBeDefined()
  })

  it('a secret that `--secret-env` names is checked under that name', async () => {
    const env = { CONTENT_CACHE_REDIS_URL: REDIS, SHOP_SECRET: short }
    const { code, err } = await runCli(['doctor', '--secret-env', 'SHOP_SECRET'], { env })
    expect(code).toBe(2)
    expect(err).toMatch(/environment variable SHOP_SECRET must have at least 16 characters/)
    expect(err).not.toContain(short)
  })
})

it('a namespace in place of the option is checked when it is read', async () => {
  const { createContentCache } = await import('../lib/next/createContentCache.ts')
  vi.stubEnv('CONTENT_CACHE_NAMESPACE', 'shop ')
  expect(() => createContentCache({ store: memoryStore({ name: false }) })).toThrow(
    expectRefusal('CONTENT_CACHE_NAMESPACE'),
  )
  expect(() => createContentCache({ store: memoryStore({ name: false }), namespace: 'shop' })).not.toThrow()
})

it.each(['obj', 'obj:', 'obj:a', 'sobj', 'sobj:a', 'o', 'ob', 'objects', 'sob', 'xobj', 'a:obj', 'OBJ'])(
  'the variable refuses the same namespaces as the store in Redis: %s',
  (namespace) => {
    const isRefusedBy = (check: () => unknown) => {
      try {
        check()
        return false
      } catch {
        return true
      }
    }
    vi.stubEnv('CONTENT_CACHE_NAMESPACE', namespace)
    expect(isRefusedBy(getDefaultStore)).toBe(isRefusedBy(() => checkPrefixes({ namespace })))
  },
)

it.each(['ftp://site', 'site.example:3000', 'http://user:word@site'])(
  'a site without a usable URL is refused, and the error omits it: %s',
  async (site) => {
    const env = { CONTENT_CACHE_REDIS_URL: REDIS, CONTENT_CACHE_SITE: site }
    const { code, err } = await runCli(['worker', '--once'], { env })
    expect(code).toBe(2)
    expect(err).toContain('environment variable CONTENT_CACHE_SITE must be the URL of the site')
    expect(err).not.toContain(site)
  },
)

it('an empty variable counts as not set', () => {
  for (const [name] of invalidValues) vi.stubEnv(name, '')
  expect(getDefaultStore().kind).toBe('memory')
})

it.each(['shop', 'my site *[1]?', 'läden/漢字', 'a:b'])('a namespace may be %s', (namespace) => {
  vi.stubEnv('CONTENT_CACHE_REDIS_URL', REDIS)
  vi.stubEnv('CONTENT_CACHE_NAMESPACE', namespace)
  expect(getDefaultStore().kind).toBe('redis')
})

describe('CONTENT_CACHE_MEMORY_MB', () => {
  const big = 'x'.repeat(700_000)
  /** Two entries, of which only one fits into a mebibyte. */
  async function storeTwo(store: FragmentStore) {
    for (const key of ['a', 'b']) await commitEntry(store, key, { payload: new TextEncoder().encode(big) })
  }
  const countCopies = (store: FragmentStore) =>
    ['a', 'b'].filter((key) => store.lookupSync?.(key) !== undefined).length

  it.each([
    ['1', 1],
    ['2', 2],
  ])('a store in memory keeps as much as %s MiB hold', async (value, kept) => {
    vi.stubEnv('CONTENT_CACHE_MEMORY_MB', value)
    const store = getDefaultStore()
    await storeTwo(store)
    expect(countCopies(store)).toBe(kept)
  })

  it.each([
    ['1', 1],
    ['2', 2],
  ])('a process with Redis has as many copies as %s MiB hold', async (value, kept) => {
    vi.stubEnv('CONTENT_CACHE_REDIS_URL', `redis://127.0.0.1:${redis.server.port}`)
    vi.stubEnv('CONTENT_CACHE_MEMORY_MB', value)
    const store = getDefaultStore()
    // On a busy machine a reply may come too late.
    const retry = (task: () => Promise<void>) => vi.waitFor(task, { timeout: 30_000, interval: 10 })
    try {
      await retry(() => storeTwo(store))
      await retry(async () => {
        await store.lookup(['a', 'b'].map((key) => ({ key, ageMs: 0 })))
        expect(countCopies(store)).toBe(kept)
      })
    } finally {
      await store.close()
    }
  })
})
