import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

// In a separate file, because the tests of a file share the values of a process.
const listGlobals = () =>
  Reflect.ownKeys(globalThis)
    .map(String)
    .filter((name) => !SET_BY_DEPENDENCIES.test(name))

/** Global values of Next, of Node's `fetch` and of Zod. */
const SET_BY_DEPENDENCIES = /^(Symbol\(@next\/|Symbol\(undici\.|__zod_)/

describe('importing an entry', () => {
  const readVariables = new Set<string>()
  const { env } = process
  beforeAll(() => {
    process.env = new Proxy(env, {
      get(target, name) {
        readVariables.add(String(name))
        return Reflect.get(target, name)
      },
    })
  })
  afterAll(() => {
    process.env = env
  })

  it.each(['next', 'memory', 'redis', 'core', 'config', 'testing', 'worker'])(
    'the import of /%s sets no global value and reads no variable of the cache',
    async (entry) => {
      const before = new Set(listGlobals())
      await import(`../lib/entries/${entry}.ts`)
      expect([...readVariables].filter((name) => name.startsWith('CONTENT_CACHE_'))).toEqual([])
      // `next/image` sets this value where it is not bundled.
      const ofNext = ['__NEXT_IMAGE_IMPORTED']
      expect(listGlobals().filter((name) => !before.has(name) && !ofNext.includes(name))).toEqual([])
    },
  )

  it('the import of /next leaves the clocks of Next unchanged', async () => {
    const { tagsManifest } = await import('next/dist/server/lib/incremental-cache/tags-manifest.external.js')
    await import('react-cache-content/next')
    expect(Object.hasOwn(tagsManifest, 'set')).toBe(false)
  })
})

describe('the default cache', () => {
  it('the default cache refuses an invalid variable at each use, until it is valid', async () => {
    const next = await import('react-cache-content/next')
    const core = await import('react-cache-content/core')
    vi.stubEnv('CONTENT_CACHE_SECRET', 'too short')
    const refusal = expect.objectContaining({ code: 'CC_INVALID_ENVIRONMENT' })
    await expect(next.expireObj('story:1')).rejects.toEqual(refusal)
    await expect(core.expireObj('story:1')).rejects.toEqual(refusal)
    expect(() => next.CacheContent({ name: 'story' })).toThrow(refusal)
    expect(() => next.followExpiries()).toThrow(refusal)
    vi.unstubAllEnvs()
    await expect(next.expireObj('story:1')).resolves.toEqual({ expired: 0, pagesRevalidated: false })
    await expect(core.expireObj('story:1')).resolves.toEqual({ expired: 0, pagesRevalidated: false })
  })

  it('the default cache is created once', async () => {
    const { onCacheEvent, refreshObj } = await import('react-cache-content/next')
    const events: string[] = []
    const stop = onCacheEvent((event) => events.push(event.type))
    await refreshObj('story:1')
    stop()
    await refreshObj('story:1')
    expect(events).toEqual(['refresh'])
  })

  it('the calls of a memoised loader in a request share one promise', async () => {
    const { runWithHost } = await import('../lib/react/fragmentHost.ts')
    const { requestMemo } = await import('react-cache-content/next')
    const load = requestMemo(async (id: string) => ({ id }))
    const host = { render: () => null, memo: new Map() }
    runWithHost(host, () => expect(load('1')).toBe(load('1')))
  })
})

describe('createContentCache', () => {
  it('createContentCache does not fix the settings of the default store', async () => {
    const { createContentCache } = await import('react-cache-content/next')
    const { memoryStore } = await import('react-cache-content/memory')
    const store = memoryStore({ maxBytes: 1024 * 1024 * 1024 })
    expect(() => createContentCache({ store })).not.toThrow()
    expect(memoryStore({ maxBytes: 1024 * 1024 * 1024 })).toBe(store)
    expect(memoryStore({ maxBytes: 1024 })).not.toBe(store)
    memoryStore({ maxBytes: 1024, name: 'small' })
    expect(() => memoryStore({ maxBytes: 2048, name: 'small' })).toThrow(/CC_INVALID_OPTIONS/)
  })
})

describe('createContentClient', () => {
  it.each([
    [null, 'Option `options` of `createContentClient` must be an object such as { store: redisStore(url) }'],
    [{ keyof: () => 'a' }, 'Option `keyof` does not exist. Choose from `store`, `keyOf`.'],
  ])('the options %o are refused with an error that names the mistake', async (options, text) => {
    const { createContentClient } = await import('react-cache-content/core')
    expect(() => createContentClient(options as object)).toThrow(
      expect.objectContaining({ code: 'CC_INVALID_OPTIONS', message: expect.stringContaining(text) }),
    )
  })
})
