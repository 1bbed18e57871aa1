import 'next/dist/server/node-environment-baseline.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import type { UseCacheEntry } from '../../../lib/next/handlers/createUseCacheHandler.ts'
import { createHandlerRuntime } from '../../../lib/next/handlers/handlerRuntime.ts'
import { encodeParts } from '../../../lib/next/handlers/payloadParts.ts'
import { workAsyncStorage } from '../../../lib/next/internals/workAsyncStorage.ts'
import { toDataTag } from '../../../lib/next/toDataTag.ts'
import { fetchToken } from '../../support/commitEntry.ts'
import { entryOf } from '../../support/entries.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'
import {
  advance,
  createFailingStore,
  createHandlerSite,
  createStore,
  type FillFields,
  fillOf,
  getCommits,
  type HandlerSite,
  readText,
  runInFill,
  stopClock,
} from '../../support/handlerSite.ts'

beforeEach(stopClock)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const put = ({ useCache }: HandlerSite, text: string, fields: FillFields = {}, key = 'key') =>
  useCache.set(key, Promise.resolve(fillOf(text, fields)))

const read = async ({ useCache }: HandlerSite, softTags: string[] = [], key = 'key') =>
  readText(await useCache.get(key, softTags))

describe('the results of a request', () => {
  it('Next keeps no results of the request when another one may begin', async () => {
    const site = createHandlerSite()
    const completedCacheInvocations = new Map([['key', 'result']])
    const work = { completedCacheInvocations } as never
    await workAsyncStorage.run(work, () => site.useCache.get('key', []))
    expect(completedCacheInvocations.size).toBe(0)
    completedCacheInvocations.set('key', 'result')
    await workAsyncStorage.run(work, () => site.openRequest().get('data', { kind: 'FETCH' }))
    expect(completedCacheInvocations.size).toBe(0)
  })
})

describe('a stored result', () => {
  it('a result comes back with its tags, lifetimes and the time of its fill', async () => {
    const site = createHandlerSite()
    await put(site, 'stored', { tags: ['film:1', 'list'], stale: 5, expire: 600, revalidate: 90 })
    const filledAt = performance.timeOrigin + performance.now()
    advance(4_000)
    const entry = await site.useCache.get('key', [])
    expect(entry).toMatchObject({ tags: ['film:1', 'list'], stale: 5, expire: 600, revalidate: 90 })
    expect(entry?.timestamp).toBeCloseTo(filledAt, 3)
    expect(await readText(entry)).toBe('stored')
  })

  it('the time of a long fill is its beginning', async () => {
    const site = createHandlerSite()
    const fill = fillOf('stored')
    advance(5_000)
    await site.useCache.set('key', Promise.resolve(fill))
    advance(1_000)
    expect((await site.useCache.get('key', []))?.timestamp).toBeCloseTo(fill.timestamp, 3)
  })

  it('each reader gets a new stream, and cannot change the stored bytes', async () => {
    const site = createHandlerSite()
    await put(site, 'stored')
    const [first, second] = await Promise.all([site.useCache.get('key', []), site.useCache.get('key', [])])
    const { value } = (await first?.value.getReader().read()) ?? {}
    value?.fill(0)
    expect(await readText(second)).toBe('stored')
    expect(await read(site)).toBe('stored')
  })

  it('a result of several chunks comes back whole, also an empty one', async () => {
    const site = createHandlerSite()
    const long = 'ä'.repeat(400_000)
    await put(site, long)
    await put(site, '', {}, 'empty')
    expect(await read(site)).toBe(long)
    expect(await read(site, [], 'empty')).toBe('')
  })

  it('a result of another build is a miss', async () => {
    const store = createStore()
    await put(createHandlerSite({ store }), 'stored')
    expect(await read(createHandlerSite({ store, build: 'next build' }))).toBeUndefined()
    expect(await read(createHandlerSite({ store }))).toBe('stored')
  })

  it('a result that is past its lifetime comes back until it expires', async () => {
    const site = createHandlerSite()
    await put(site, 'stored', { revalidate: 10, expire: 20 })
    advance(15_000)
    expect(await site.useCache.get('key', [])).toMatchObject({ revalidate: 10 })
    advance(5_000)
    expect(await site.useCache.get('key', [])).toBeUndefined()
  })

  it('a result whose lifetimes are infinite comes back for ever', async () => {
    const site = createHandlerSite()
    await put(site, 'stored', { stale: Infinity, revalidate: Infinity, expire: Infinity })
    advance(300 * 86_400_000)
    const entry = await site.useCache.get('key', [])
    expect(await readText(entry)).toBe('stored')
    for (const lifetime of [entry?.stale, entry?.revalidate, entry?.expire])
      expect(lifetime).toBeGreaterThan(100 * 365 * 86_400)
  })

  it('a fill gets no result that is past its lifetime', async () => {
    const site = createHandlerSite()
    await put(site, 'stored', { revalidate: 10 })
    expect(await runInFill(() => read(site))).toBe('stored')
    advance(15_000)
    expect(await runInFill(() => read(site))).toBeUndefined()
    expect(await read(site)).toBe('stored')
  })
})

describe('expiries of a result', () => {
  it('an expiry of a tag removes a result', async () => {
    const site = createHandlerSite()
    await put(site, 'stored', { tags: ['film:1'] })
    await put(site, 'other', { tags: ['film:2'] }, 'other')
    await site.useCache.updateTags(['film:1'])
    expect(await read(site)).toBeUndefined()
    expect(await read(site, [], 'other')).toBe('other')
  })

  it('an expiry of an object removes a result that registers it', async () => {
    const site = createHandlerSite()
    await put(site, 'stored', { tags: [toDataTag('film:1', 'site')] })
    expect((await site.useCache.get('key', []))?.tags).toEqual([toDataTag('film:1', 'site')])
    await site.store.expire(['film:1'])
    expect(await read(site)).toBeUndefined()
  })

  it('a fill that began before an expiry of its tag is not stored', async () => {
    const site = createHandlerSite()
    const fill = fillOf('old', { tags: ['film:1'] })
    const unrelated = fillOf('unrelated', { tags: ['film:2'] })
    advance(1_000)
    await site.useCache.updateTags(['film:1'])
    advance(1_000)
    await site.useCache.set('key', Promise.resolve(fill))
    await site.useCache.set('unrelated', Promise.resolve(unrelated))
    expect(getCommits(site)).toEqual(['fenced', 'committed'])
    expect(await read(site)).toBeUndefined()
    expect(await read(site, [], 'unrelated')).toBe('unrelated')
  })

  it('a refreshed result asks Next to replace it, and is a miss in a fill', async () => {
    const site = createHandlerSite()
    await put(site, 'stored', { tags: ['film:1'] })
    await site.useCache.updateTags(['film:1'], { expire: 300 })
    const entry = await site.useCache.get('key', [])
    expect(entry?.revalidate).toBe(-1)
    expect(await readText(entry)).toBe('stored')
    expect(await runInFill(() => read(site))).toBeUndefined()
    advance(1_000)
    await put(site, 'new', { tags: ['film:1'] })
    expect(await site.useCache.get('key', [])).toMatchObject({ revalidate: 60 })
    expect(await read(site)).toBe('new')
  })

  it('an expiry of a path hides a result from the readers of that path only', async () => {
    const site = createHandlerSite()
    await put(site, 'stored')
    advance(1_000)
    await site.useCache.updateTags(['_N_T_/films'])
    expect(await read(site, ['_N_T_/layout', '_N_T_/films'])).toBeUndefined()
    expect(await read(site, ['_N_T_/layout', '_N_T_/other'])).toBe('stored')
    advance(1_000)
    await put(site, 'new')
    expect(await read(site, ['_N_T_/layout', '_N_T_/films'])).toBe('new')
  })

  it('a fill that began before an expiry of a path is hidden from its readers', async () => {
    const site = createHandlerSite()
    const fill = fillOf('old')
    advance(1_000)
    await site.useCache.updateTags(['_N_T_/films'])
    advance(1_000)
    await site.useCache.set('key', Promise.resolve(fill))
    expect(await read(site, ['_N_T_/films'])).toBeUndefined()
    expect(await read(site, ['_N_T_/other'])).toBe('old')
  })

  it('a result is hidden while the store does not tell the last expiry of a path', async () => {
    const fail = vi.fn(async () => 0)
    const site = createHandlerSite({ store: createFailingStore({ getLastExpiry: fail }) })
    await put(site, 'stored')
    expect(await read(site, ['_N_T_/films'])).toBe('stored')
    fail.mockRejectedValue(new Error('down'))
    expect(await read(site, ['_N_T_/films'])).toBeUndefined()
    expect(await read(site)).toBe('stored')
  })

  it('the tags of root params come back, and are no dependencies', async () => {
    const site = createHandlerSite()
    const tags = ['film:1', '_N_RP_locale']
    await put(site, 'p', { tags })
    expect((await site.useCache.get('key', []))?.tags).toEqual(tags)
    expect(await site.store.getDependents('next/tag:film:1')).toHaveLength(1)
    expect(await site.store.getDependents('next/tag:_N_RP_locale')).toEqual([])
  })
})

describe('results that are not stored', () => {
  it.each([
    ['expire 0', { expire: 0, revalidate: 0 }],
    ['a negative expire', { expire: -1 }],
    ['revalidate 0', { revalidate: 0 }],
  ])('a result with %s is not stored, and its stream is cancelled', async (_, fields) => {
    const site = createHandlerSite()
    const cancel = vi.fn()
    await site.useCache.set('key', Promise.resolve(fillOf(new ReadableStream({ cancel }), fields)))
    expect(await read(site)).toBeUndefined()
    expect(cancel).toHaveBeenCalled()
    expect(getCommits(site)).toEqual([])
  })

  it('a result larger than the limit is not stored, and its stream is cancelled', async () => {
    const site = createHandlerSite()
    const cancel = vi.fn()
    const chunk = new Uint8Array(16 * 1024 * 1024)
    const pull = vi.fn((controller) => controller.enqueue(chunk))
    const endless = new ReadableStream({ pull, cancel })
    await site.useCache.set('key', Promise.resolve(fillOf(endless)))
    expect(await read(site)).toBeUndefined()
    expect(cancel).toHaveBeenCalled()
    expect(pull.mock.calls.length).toBeLessThan(10)
  })

  it('a stream that fails stores nothing, and leaves the older result', async () => {
    const site = createHandlerSite()
    await put(site, 'older')
    const failing = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array([1])),
      pull: (controller) => controller.error(new Error('render failed')),
    })
    await site.useCache.set('key', Promise.resolve(fillOf(failing)))
    expect(await read(site)).toBe('older')
  })

  it('a fill that fails stores nothing, and does not reject', async () => {
    const site = createHandlerSite()
    await site.useCache.set('key', Promise.reject(new Error('render failed')))
    expect(await read(site)).toBeUndefined()
  })
})

describe('a read while the result is written', () => {
  it('a read waits for a write of the same key, and gets its result', async () => {
    const site = createHandlerSite()
    const fill = createDeferred<UseCacheEntry>()
    const writing = site.useCache.set('key', fill.promise)
    const done = vi.fn()
    const reading = read(site)
    void reading.then(done)
    expect(await read(site, [], 'another')).toBeUndefined()
    await flushEventLoop()
    expect(done).not.toHaveBeenCalled()
    fill.resolve(fillOf('written'))
    await writing
    expect(await reading).toBe('written')
  })

  it('a read waits for a fill no longer than for any other', async () => {
    const site = createHandlerSite()
    await put(site, 'older')
    void site.useCache.set('key', new Promise(() => {}))
    const reading = read(site)
    await flushEventLoop()
    await vi.advanceTimersByTimeAsync(site.runtime.engine.limits.fillTimeout)
    expect(await reading).toBe('older')
  })

  it('a read after a failed write does not wait', async () => {
    const site = createHandlerSite()
    await site.useCache.set('key', Promise.reject(new Error('render failed')))
    expect(await read(site)).toBeUndefined()
    expect(vi.getTimerCount()).toBe(0)
  })
})

const operations = ['lookup', 'commit', 'getLastExpiry'] as const

describe('a failing store', () => {
  const failWith = (run: () => never | Promise<never>): Partial<FragmentStore> =>
    Object.fromEntries(operations.map((operation) => [operation, run]))
  const faults: Record<string, () => never | Promise<never>> = {
    throws: () => {
      throw new Error('down')
    },
    rejects: () => Promise.reject(new Error('down')),
  }

  for (const [what, run] of Object.entries(faults)) {
    it(`each read is a miss and no write fails when the store ${what}`, async () => {
      const site = createHandlerSite({ store: createFailingStore(failWith(run)) })
      await put(site, 'stored')
      expect(await read(site, ['_N_T_/films'])).toBeUndefined()
      await expect(site.useCache.refreshTags()).resolves.toBeUndefined()
      expect(await site.useCache.getExpiration(['_N_T_/films'])).toBe(Infinity)
      expect(site.events.map(({ type }) => type)).toContain('miss')
    })
  }

  it('each read and write ends within the limits when the store hangs', async () => {
    const store = createFailingStore(failWith(() => new Promise(() => {})))
    const site = createHandlerSite({ store })
    const { storeTimeout } = site.runtime.engine.limits
    const ended = Promise.all([put(site, 'stored'), read(site, ['_N_T_/films'], 'another')])
    await flushEventLoop()
    await vi.advanceTimersByTimeAsync(2 * storeTimeout)
    expect(await ended).toEqual([undefined, undefined])
  })

  it('a read is a miss when the copies of the process fail', async () => {
    const lookupSync = () => {
      throw new Error('damaged')
    }
    expect(await read(createHandlerSite({ store: createFailingStore({ lookupSync }) }))).toBeUndefined()
  })

  it('an expiry that the store does not accept rejects', async () => {
    const expire = vi.fn(() => Promise.reject(new Error('down')))
    const site = createHandlerSite({ store: createFailingStore({ expire }) })
    const expiring = expect(site.useCache.updateTags(['film:1'])).rejects.toMatchObject({
      code: 'CC_EXPIRE_FAILED',
    })
    await vi.advanceTimersByTimeAsync(60_000)
    await expiring
    expect(expire.mock.calls.length).toBeGreaterThan(1)
  })

  it.each([
    ['foreign bytes', new TextEncoder().encode('no payload')],
    ['no bytes', new Uint8Array()],
  ])('a stored result of %s is a miss', async (_, payload) => {
    const site = createHandlerSite()
    await put(site, 'stored')
    await replacePayload(site, payload)
    expect(await read(site)).toBeUndefined()
    expect(site.events.at(-1)).toMatchObject({ type: 'miss', reason: 'unreadable' })
  })

  it.each([
    ['no metadata', null],
    ['metadata of another version', {}],
  ])('a stored result with %s is a miss', async (_, metadata) => {
    const site = createHandlerSite()
    await put(site, 'stored')
    await replacePayload(site, await encodeParts({ metadata, parts: [Buffer.from('old')] }))
    expect(await read(site)).toBeUndefined()
    expect(site.events.at(-1)).toMatchObject({ type: 'miss', reason: 'unreadable' })
  })

  async function replacePayload({ store, events }: HandlerSite, payload: Uint8Array) {
    const commit = events.find((event) => event.type === 'commit')
    if (commit?.type !== 'commit') throw new Error('Nothing was stored.')
    await store.commit(commit.fragment.key, entryOf({ payload }), await fetchToken(store))
  }
})

describe('invalid settings', () => {
  it('nothing is cached with invalid settings, and only an expiry throws', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {})
    const site = createHandlerSite({
      getRuntime: () =>
        createHandlerRuntime({ store: {} as never, fragmentStore: {} as never, namespace: '' }),
    })
    const cancelled = fillOf('stored')
    await site.useCache.set('key', Promise.resolve(cancelled))
    expect(await read(site)).toBeUndefined()
    await expect(site.useCache.refreshTags()).resolves.toBeUndefined()
    expect(await site.useCache.getExpiration([])).toBe(Infinity)
    await expect(site.useCache.updateTags(['film:1'])).rejects.toMatchObject({ code: 'CC_INVALID_OPTIONS' })
    expect(error).toHaveBeenCalledOnce()
  })
})
