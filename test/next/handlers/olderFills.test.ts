import 'next/dist/server/node-environment-baseline.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import type { NextPageValue } from '../../../lib/next/internals/nextPageValue.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'
import {
  advance,
  appPage,
  createFailingStore,
  createHandlerSite,
  createStore,
  dataValue,
  fillOf,
  getCommits,
  getHtml,
  type HandlerSite,
  type NextRequestCache,
  pageContext,
  stopClock,
} from '../../support/handlerSite.ts'

beforeEach(stopClock)
afterEach(() => void vi.useRealTimers())

const get = (request: NextRequestCache) => request.get('/films', pageContext('APP_PAGE'))

const set = (request: NextRequestCache, value: NextPageValue) =>
  request.set('/films', value, { ...pageContext('APP_PAGE'), cacheControl: { revalidate: 60, expire: 3600 } })

/** Expires the object after the fills that have begun, and before those that begin later. */
async function expireFilm({ useCache }: HandlerSite): Promise<void> {
  advance(1_000)
  await useCache.updateTags(['film:1'])
  advance(1_000)
}

describe("a page with a 'use cache' fill that began before it", () => {
  /** A fill is refused because its tag was expired. The page begins between the expiry and the end of the fill. */
  async function renderDuringRefusedFill(tags: string[]) {
    const site = createHandlerSite()
    const fill = fillOf('old', { tags: ['film:1'] })
    await expireFilm(site)
    const request = site.openRequest()
    await get(request)
    advance(1_000)
    await site.useCache.set('key', Promise.resolve(fill))
    await set(request, appPage('page', tags))
    return { site, results: getCommits(site) }
  }

  it('a page that may contain an older fill is not stored', async () => {
    const { results } = await renderDuringRefusedFill(['_N_T_/films', 'film:1'])
    expect(results).toEqual(['fenced', 'fenced'])
  })

  it('a page that cannot contain the older fill is stored', async () => {
    const { results } = await renderDuringRefusedFill(['_N_T_/films', 'film:2'])
    expect(results).toEqual(['fenced', 'committed'])
  })

  it('a page that began after the older fill ended is stored', async () => {
    const { site } = await renderDuringRefusedFill(['film:1'])
    advance(1_000)
    const request = site.openRequest()
    await get(request)
    await set(request, appPage('new', ['film:1']))
    expect(getHtml(await get(site.openRequest()))).toBe('new')
  })

  it('a page is not stored when the age of a fill in it is unknown', async () => {
    const shared = createStore()
    let isDown = false
    const lookup: FragmentStore['lookup'] = (requests) =>
      isDown ? Promise.reject(new Error('down')) : shared.lookup(requests)
    const site = createHandlerSite({ store: createFailingStore({ lookup }, shared) })
    const request = site.openRequest()
    await get(request)
    isDown = true
    await site.useCache.set('key', Promise.resolve(fillOf('text')))
    isDown = false
    await set(request, appPage('page', ['a']))
    expect(getCommits(site)).toEqual([])
  })

  it.each([
    [
      'too large',
      { value: new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(2 ** 24)) }) },
    ],
    ['of no lifetime', { revalidate: 0 }],
    ['expired already', { expire: 0, revalidate: 0 }],
  ])("a 'use cache' result that may contain an older fill is not stored: %s", async (_, fields) => {
    const site = createHandlerSite()
    const inner = { ...fillOf('old', { tags: ['film:1'] }), ...fields }
    await expireFilm(site)
    const outer = fillOf('around the old', { tags: ['film:1'] })
    await site.useCache.set('inner', Promise.resolve(inner))
    await site.useCache.set('outer', Promise.resolve(outer))
    expect(getCommits(site)).toEqual(['fenced'])
  })

  it("a 'use cache' result waits until an older fill in it is stored or refused", async () => {
    const shared = createStore()
    const mayGoOn = createDeferred<void>()
    const commit: FragmentStore['commit'] = async (key, entry, token) => {
      if (!entry.dependencies.includes('next/tag:list')) await mayGoOn.promise
      return shared.commit(key, entry, token)
    }
    const site = createHandlerSite({ store: createFailingStore({ commit }, shared) })
    const inner = fillOf('old', { tags: ['film:1'] })
    await expireFilm(site)
    const outer = fillOf('around the old', { tags: ['list', 'film:1'] })
    const settings = [
      site.useCache.set('inner', Promise.resolve(inner)),
      site.useCache.set('outer', Promise.resolve(outer)),
    ]
    await flushEventLoop()
    expect(getCommits(site)).toEqual([])
    mayGoOn.resolve()
    await Promise.all(settings)
    expect(getCommits(site)).toEqual(['fenced', 'fenced'])
  })

  it("a 'use cache' result that may contain an older fill is not stored", async () => {
    const site = createHandlerSite()
    const inner = fillOf('old', { tags: ['film:1'] })
    await expireFilm(site)
    const outer = fillOf('around the old', { tags: ['list', 'film:1'] })
    const other = fillOf('other', { tags: ['list'] })
    await site.useCache.set('inner', Promise.resolve(inner))
    await site.useCache.set('outer', Promise.resolve(outer))
    await site.useCache.set('other', Promise.resolve(other))
    expect(getCommits(site)).toEqual(['fenced', 'fenced', 'committed'])
  })

  it('data that may contain an older fill is not stored', async () => {
    const site = createHandlerSite()
    const fill = fillOf('old', { tags: ['film:1'] })
    await expireFilm(site)
    const request = site.openRequest()
    await site.useCache.set('key', Promise.resolve(fill))
    await request.set('data', dataValue('old', ['film:1']), { fetchCache: true, tags: ['film:1'] })
    await request.set('other', dataValue('other', ['b']), { fetchCache: true, tags: ['b'] })
    expect(getCommits(site)).toEqual(['fenced', 'fenced', 'committed'])
  })
})
