import 'next/dist/server/node-environment-baseline.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { NextDataValue } from '../../../lib/next/handlers/storedData.ts'
import { toDataTag } from '../../../lib/next/toDataTag.ts'
import {
  advance,
  createHandlerSite,
  createStore,
  dataValue,
  getCommits,
  type HandlerSite,
  type NextRequestCache,
  runInFill,
  stopClock,
} from '../../support/handlerSite.ts'

// Next's own cache is around the handler, because it decides whether data is stale.

beforeEach(stopClock)
afterEach(() => void vi.useRealTimers())

const set = (request: NextRequestCache, value: NextDataValue) =>
  request.set('data', value, { fetchCache: true, tags: value.tags })

/** Stores the result of a call that begins now. */
async function fetchData(site: HandlerSite, body: string, tags: string[] = [], revalidate = 60) {
  const request = site.openRequest()
  await request.get('data', { kind: 'FETCH', revalidate, tags })
  await set(request, dataValue(body, tags, revalidate))
  advance(1_000)
}

/** What a call in a new request gets. */
async function view(
  site: HandlerSite,
  context: { tags?: string[]; softTags?: string[]; revalidate?: number } = {},
) {
  const entry = await site.openRequest().get('data', { kind: 'FETCH', ...context })
  if (entry?.value?.kind !== 'FETCH') return null
  return { body: entry.value.data.body, isStale: entry.isStale }
}

describe('stored data', () => {
  it('data comes back as it was, with its tags', async () => {
    const site = createHandlerSite()
    const values = [
      dataValue('ä'.repeat(10_000), ['film:1', 'list']),
      { ...dataValue(''), data: { headers: {}, body: '', url: '' } },
    ]
    for (const value of values) {
      await set(site.openRequest(), value)
      const entry = await site.createHandler().get('data', { kind: 'FETCH' })
      expect(entry?.value).toEqual(value)
    }
  })

  it('data of more than two megabytes is stored, unlike in Next', async () => {
    const site = createHandlerSite()
    const body = 'ä'.repeat(1_500_000)
    await fetchData(site, body)
    expect(await view(site)).toEqual({ body, isStale: false })
  })

  it('data of another key or another build is a miss', async () => {
    const store = createStore()
    const site = createHandlerSite({ store })
    await fetchData(site, 'data')
    expect(await site.openRequest().get('other', { kind: 'FETCH' })).toBeNull()
    expect(await view(createHandlerSite({ store, build: 'next build' }))).toBeNull()
    expect(await view(createHandlerSite({ store }))).toMatchObject({ body: 'data' })
  })
})

describe('the lifetime of data', () => {
  it('data is fresh, then stale and used', async () => {
    const site = createHandlerSite()
    await fetchData(site, 'data')
    advance(59_000)
    expect(await view(site)).toEqual({ body: 'data', isStale: false })
    advance(1)
    expect(await view(site)).toEqual({ body: 'data', isStale: true })
    advance(86_400_000)
    expect(await view(site)).toEqual({ body: 'data', isStale: true })
  })

  it('the lifetime of the call counts, if it has one', async () => {
    const site = createHandlerSite()
    await fetchData(site, 'data')
    advance(20_000)
    expect(await view(site, { revalidate: 10 })).toMatchObject({ isStale: true })
    expect(await view(site, { revalidate: 30 })).toMatchObject({ isStale: false })
    advance(60_000)
    expect(await view(site, { revalidate: 3600 })).toMatchObject({ isStale: false })
  })

  it('data whose call took long is as old as its beginning', async () => {
    const site = createHandlerSite()
    const request = site.openRequest()
    await request.get('data', { kind: 'FETCH', revalidate: 60 })
    advance(50_000)
    await set(request, dataValue('data'))
    advance(10_000)
    expect(await view(site)).toMatchObject({ isStale: false })
    advance(1)
    expect(await view(site)).toMatchObject({ isStale: true })
  })

  it('a fill gets no stale data', async () => {
    const site = createHandlerSite()
    await fetchData(site, 'data')
    expect(await runInFill(() => view(site))).toMatchObject({ body: 'data' })
    advance(60_000)
    expect(await runInFill(() => view(site))).toBeNull()
    expect(await view(site)).toMatchObject({ isStale: true })
  })

  it.each([
    ['the lifetime of the data', undefined],
    ['a long lifetime of the call', 86_400],
  ])('refreshed data is stale with %s, and removed after the duration', async (_, revalidate) => {
    const site = createHandlerSite()
    const viewAgain = () => view(site, revalidate === undefined ? {} : { revalidate })
    await fetchData(site, 'data', ['film:1'])
    await site.openRequest().revalidateTag('film:1', { expire: 300 })
    expect(await viewAgain()).toEqual({ body: 'data', isStale: true })
    expect(await runInFill(viewAgain)).toBeNull()
    advance(300_000)
    expect(await viewAgain()).toBeNull()
    await fetchData(site, 'new', ['film:1'])
    expect(await viewAgain()).toEqual({ body: 'new', isStale: false })
  })
})

describe('expiries of data', () => {
  it('an expiry of a tag or of an object removes data', async () => {
    const site = createHandlerSite()
    await fetchData(site, 'data', ['film:1', toDataTag('film:2', 'site')])
    await site.openRequest().revalidateTag('film:3')
    expect(await view(site)).not.toBeNull()
    await site.openRequest().revalidateTag('film:1')
    expect(await view(site)).toBeNull()
    await fetchData(site, 'data', ['film:1', toDataTag('film:2', 'site')])
    await site.store.expire(['film:2'])
    expect(await view(site)).toBeNull()
  })

  it('data that was expired while it was fetched is not stored', async () => {
    const site = createHandlerSite()
    const request = site.openRequest()
    await request.get('data', { kind: 'FETCH', tags: ['film:1'] })
    advance(1_000)
    await site.openRequest().revalidateTag('film:1')
    advance(1_000)
    await set(request, dataValue('old', ['film:1']))
    expect(getCommits(site)).toEqual(['fenced'])
  })

  it('data of two calls at the same time is as old as the first', async () => {
    const site = createHandlerSite()
    const request = site.openRequest()
    const call = { kind: 'FETCH', tags: ['a'] }
    await request.get('data', call)
    advance(1_000)
    await site.openRequest().revalidateTag('a')
    advance(1_000)
    await request.get('data', call)
    await set(request, dataValue('old', ['a']))
    expect(getCommits(site)).toEqual(['fenced'])
  })

  it('data that is read again after an expiry by its own request is stored', async () => {
    const site = createHandlerSite()
    await fetchData(site, 'data', ['a'])
    const request = site.openRequest()
    await request.get('data', { kind: 'FETCH', tags: ['a'] })
    await request.revalidateTag('a')
    advance(1_000)
    await request.get('data', { kind: 'FETCH', tags: ['a'] })
    await set(request, dataValue('new', ['a']))
    expect(getCommits(site)).toEqual(['committed', 'committed'])
  })

  it('data that was not read before is as old as its request', async () => {
    const site = createHandlerSite()
    const request = site.openRequest()
    advance(1_000)
    await site.openRequest().revalidateTag('film:1')
    advance(1_000)
    await set(request, dataValue('old', ['film:1']))
    expect(getCommits(site)).toEqual(['fenced'])
  })

  it('an expiry of a path hides data from the calls on that path only', async () => {
    const site = createHandlerSite()
    await fetchData(site, 'data')
    await site.openRequest().revalidateTag('_N_T_/films')
    expect(await view(site, { softTags: ['_N_T_/layout', '_N_T_/films'] })).toBeNull()
    expect(site.events.at(-1)).toMatchObject({ type: 'miss', reason: 'tag' })
    expect(await view(site, { softTags: ['_N_T_/layout', '_N_T_/other'] })).not.toBeNull()
    advance(1_000)
    await fetchData(site, 'new')
    expect(await view(site, { softTags: ['_N_T_/films'] })).toMatchObject({ body: 'new' })
  })
})

describe('calls with other tags for the same data', () => {
  it('data without a tag of the call is a miss, and its refill has the tags of both', async () => {
    const site = createHandlerSite()
    await fetchData(site, 'data', ['a'])
    expect(await view(site, { tags: ['a'] })).not.toBeNull()
    expect(await view(site, { tags: ['b'] })).toBeNull()
    expect(site.events.at(-1)).toMatchObject({ type: 'miss', reason: 'tag' })
    await site.store.refresh(['next/tag:a'])
    advance(1_000)
    await fetchData(site, 'refilled', ['b'])
    expect(await view(site, { tags: ['a'] })).toMatchObject({ body: 'refilled', isStale: false })
    expect(await view(site, { tags: ['b'] })).toMatchObject({ body: 'refilled', isStale: false })
    await site.openRequest().revalidateTag('a')
    expect(await view(site, { tags: ['b'] })).toBeNull()
  })

  it('the refill of fresh data has the tags of both calls', async () => {
    const site = createHandlerSite()
    await fetchData(site, 'data', ['a'])
    await fetchData(site, 'refilled', ['b'])
    expect(await view(site, { tags: ['a', 'b'] })).toMatchObject({ body: 'refilled' })
    await site.openRequest().revalidateTag('a')
    expect(await view(site, { tags: ['b'] })).toBeNull()
  })

  it('the refill after an expiry of a path keeps the tags of other calls', async () => {
    const site = createHandlerSite()
    await fetchData(site, 'data', ['a'])
    await site.openRequest().revalidateTag('_N_T_/films')
    advance(1_000)
    const request = site.openRequest()
    await request.get('data', { kind: 'FETCH', softTags: ['_N_T_/films'] })
    await set(request, dataValue('refilled'))
    expect(await view(site, { tags: ['a'], softTags: ['_N_T_/films'] })).toMatchObject({ body: 'refilled' })
  })
})
