import 'next/dist/server/node-environment-baseline.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { excludeInvalidated, markInvalidated } from '../../../lib/next/handlers/markInvalidated.ts'
import { workAsyncStorage } from '../../../lib/next/internals/workAsyncStorage.ts'
import { toDataTag } from '../../../lib/next/toDataTag.ts'
import {
  advance,
  createFailingStore,
  createHandlerSite,
  createStore,
  fillOf,
  type HandlerSite,
  stopClock,
} from '../../support/handlerSite.ts'
import { newWorkStore } from '../../support/nextInternals.ts'

beforeEach(stopClock)
afterEach(() => void vi.useRealTimers())

function createRecordingSite() {
  const store = createStore()
  const expire = vi.fn(store.expire)
  const refresh = vi.fn(store.refresh)
  const site = createHandlerSite({ store: createFailingStore({ expire, refresh }, store) })
  return {
    site,
    getExpiries: () => expire.mock.calls.map(([objects]) => objects),
    getRefreshes: () => refresh.mock.calls.map(([objects, , options]) => ({ objects, options })),
  }
}

async function isStored({ useCache }: HandlerSite): Promise<boolean> {
  return (await useCache.get('key', [])) !== undefined
}

async function store({ useCache }: HandlerSite, tag: string): Promise<void> {
  await useCache.set('key', Promise.resolve(fillOf('stored', { tags: [tag] })))
  advance(1_000)
}

describe('notices of a tag', () => {
  it('all handlers that Next notifies in one turn cost one expiry', async () => {
    const { site, getExpiries } = createRecordingSite()
    const handler = site.createHandler()
    await Promise.all([
      site.useCache.updateTags(['a', 'b']),
      handler.revalidateTag(['a', 'b']),
      site.createHandler().revalidateTag('c'),
    ])
    expect(getExpiries()).toEqual([['next/tag:a', 'next/tag:b', 'next/tag:c']])
    await handler.revalidateTag('a')
    expect(getExpiries()).toHaveLength(2)
  })

  it('a notice with other durations is separate, and one without tags does nothing', async () => {
    const { site, getExpiries, getRefreshes } = createRecordingSite()
    await Promise.all([
      site.useCache.updateTags([]),
      site.useCache.updateTags(['_N_RP_locale', '']),
      site.useCache.updateTags(['a']),
      site.useCache.updateTags(['b'], { expire: 0 }),
      site.useCache.updateTags(['c'], { expire: 10 }),
      site.useCache.updateTags(['d'], {}),
    ])
    expect(getExpiries()).toEqual([['next/tag:a', 'next/tag:b']])
    expect(getRefreshes()).toEqual([
      { objects: ['next/tag:c'], options: { discardAfterMs: 10_000 } },
      { objects: ['next/tag:d'], options: {} },
    ])
  })

  it('every handler that was notified learns that the store refused', async () => {
    const expire = () => Promise.reject(new Error('down'))
    const site = createHandlerSite({ store: createFailingStore({ expire }) })
    const notices = Promise.allSettled([
      site.useCache.updateTags(['a']),
      site.createHandler().revalidateTag(['a']),
    ])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await notices).toMatchObject([
      { status: 'rejected', reason: { code: 'CC_EXPIRE_FAILED' } },
      { status: 'rejected', reason: { code: 'CC_EXPIRE_FAILED' } },
    ])
  })

  it('the tag of an object expires the object', async () => {
    const { site, getExpiries } = createRecordingSite()
    await site.useCache.updateTags([toDataTag('film:1', 'site')])
    expect(getExpiries()).toEqual([['film:1']])
  })
})

describe('durations', () => {
  it.each([
    ['no durations', undefined],
    ['expire 0', { expire: 0 }],
  ])('a tag with %s expires', async (_, durations) => {
    const site = createHandlerSite()
    await store(site, 'film:1')
    await site.useCache.updateTags(['film:1'], durations)
    expect(await isStored(site)).toBe(false)
  })

  it('a tag with a duration refreshes, and removes after that duration', async () => {
    const site = createHandlerSite()
    await store(site, 'film:1')
    await site.useCache.updateTags(['film:1'], { expire: 300 })
    expect(await site.useCache.get('key', [])).toMatchObject({ revalidate: -1 })
    advance(299_999)
    expect(await isStored(site)).toBe(true)
    advance(1)
    expect(await isStored(site)).toBe(false)
  })

  it.each([
    ['without a duration', {}],
    ["of the profile 'max'", { expire: 31_536_000 }],
    ['of Next for "never"', { expire: 4_294_967_294 }],
  ])('a tag with durations %s refreshes, and removes nothing for a month', async (_, durations) => {
    const site = createHandlerSite()
    await site.useCache.set(
      'key',
      Promise.resolve(fillOf('stored', { tags: ['film:1'], expire: 4_294_967_294 })),
    )
    advance(1_000)
    await site.useCache.updateTags(['film:1'], durations)
    advance(30 * 86_400_000)
    expect(await site.useCache.get('key', [])).toMatchObject({ revalidate: -1 })
  })

  it('a duration too long for any entry is no limit for the store', async () => {
    const { site, getRefreshes } = createRecordingSite()
    await site.useCache.updateTags(['film:1'], { expire: 4_294_967_294 })
    expect(getRefreshes()).toEqual([{ objects: ['next/tag:film:1'], options: {} }])
  })
})

describe('tags that were expired in the request', () => {
  it('a tag that the store has expired in this request is not expired again', async () => {
    const { site, getExpiries } = createRecordingSite()
    const work = newWorkStore()
    markInvalidated(work, ['a'])
    markInvalidated(work, ['b'])
    await workAsyncStorage.run(work, () => site.useCache.updateTags(['a', 'b', 'c']))
    await workAsyncStorage.run(work, () => site.createHandler().revalidateTag('a'))
    expect(getExpiries()).toEqual([['next/tag:c']])
    await workAsyncStorage.run(newWorkStore(), () => site.useCache.updateTags(['a']))
    expect(getExpiries()).toEqual([['next/tag:c'], ['next/tag:a']])
  })

  it('all tags outside of a request are passed on', () => {
    markInvalidated(newWorkStore(), ['a'])
    expect(excludeInvalidated(undefined, ['a'])).toEqual(['a'])
  })
})
