import 'next/dist/server/node-environment-baseline.js'
import { deflateSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRebuildSignature, REBUILD_HEADER } from '../../../lib/core/rebuildSignature.ts'
import { arePagesIn } from '../../../lib/next/handlers/nextHandlers.ts'
import type { NextCacheControl, NextPageValue } from '../../../lib/next/internals/nextPageValue.ts'
import { toDataTag } from '../../../lib/next/toDataTag.ts'
import {
  advance,
  appPage,
  createHandlerSite,
  createStore,
  dataValue,
  getCommits,
  getHtml,
  type HandlerSite,
  listCommits,
  type NextRequestCache,
  pageContext,
  postponedState,
  type RequestOptions,
  stopClock,
  waitForCommit,
} from '../../support/handlerSite.ts'
import { load } from '../../support/nextInternals.ts'

beforeEach(stopClock)
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const minute = { revalidate: 60, expire: 3600 }
const forever = { revalidate: false, expire: undefined } as const

type Kind = Parameters<typeof pageContext>[0]

const get = (request: NextRequestCache, kind: Kind = 'APP_PAGE') => request.get('/films', pageContext(kind))

const set = (
  request: NextRequestCache,
  value: NextPageValue | null,
  cacheControl: NextCacheControl = minute,
  kind: Kind = 'APP_PAGE',
) => request.set('/films', value, { ...pageContext(kind), cacheControl })

/** Requests a page that is not stored, and stores it. */
async function render(
  site: HandlerSite,
  value: NextPageValue | null,
  cacheControl?: NextCacheControl,
  kind?: Kind,
): Promise<void> {
  const request = site.openRequest()
  await get(request, kind)
  await set(request, value, cacheControl, kind)
  advance(1_000)
}

/** What a new request sees. */
async function view(site: HandlerSite, options?: RequestOptions, kind?: Kind) {
  const entry = await get(site.openRequest(options), kind)
  return entry && { html: getHtml(entry), isStale: entry.isStale ?? false }
}

describe('the lifetime of a page, as Next sees it', () => {
  it('a page is fresh, then stale and served, then expired', async () => {
    const site = createHandlerSite()
    expect(await view(site)).toBeNull()
    await render(site, appPage('page'))
    advance(58_999)
    expect(await view(site)).toEqual({ html: 'page', isStale: false })
    advance(1)
    expect(await view(site)).toEqual({ html: 'page', isStale: true })
    advance(3_539_999)
    expect(await view(site)).toEqual({ html: 'page', isStale: true })
    advance(1)
    expect(await view(site)).toBeNull()
  })

  it('a page without a lifetime stays fresh', async () => {
    const site = createHandlerSite()
    await render(site, appPage('page'), forever)
    advance(300 * 86_400_000)
    expect(await view(site)).toEqual({ html: 'page', isStale: false })
  })

  it('a page that never expires gets stale, and is served for ever', async () => {
    const site = createHandlerSite()
    await render(site, appPage('page'), { revalidate: 60, expire: Infinity })
    expect((await get(site.openRequest()))?.cacheControl?.expire).toBeGreaterThan(100 * 365 * 86_400)
    advance(300 * 86_400_000)
    expect(await view(site)).toEqual({ html: 'page', isStale: true })
  })

  it('the lifetime of a page reaches Next', async () => {
    const site = createHandlerSite()
    await render(site, appPage('page'), { revalidate: 7, expire: 70 })
    expect(await get(site.openRequest())).toMatchObject({ cacheControl: { revalidate: 7, expire: 70 } })
  })

  it('a page whose render took long is as old as its beginning', async () => {
    const site = createHandlerSite()
    const request = site.openRequest()
    await get(request)
    advance(50_000)
    await set(request, appPage('page'))
    advance(9_999)
    expect(await view(site)).toMatchObject({ isStale: false })
    advance(1)
    expect(await view(site)).toMatchObject({ isStale: true })
  })

  const route = (text: string, tags: string): NextPageValue => ({
    kind: 'APP_ROUTE',
    body: Buffer.from(text),
    headers: { 'x-next-cache-tags': tags },
    status: 200,
  })
  const postponed = postponedState(['a'])
  const pagesPage = { kind: 'PAGES', html: 'page', pageData: {}, headers: {}, status: 200 } as const

  it.each([
    ['APP_ROUTE', route('answer', 'a')],
    ['PAGES', pagesPage],
    ['PAGES', { kind: 'REDIRECT', props: { destination: '/' } } as const],
    ['PAGES', null],
  ] as const)('an entry of kind %s with the value %j gets stale and expires', async (kind, value) => {
    const site = createHandlerSite()
    await render(site, value, minute, kind)
    const entry = await get(site.openRequest(), kind)
    expect(entry?.isStale ?? false).toBe(false)
    expect(entry?.value).toEqual(
      value?.kind === 'PAGES' ? { ...value, headers: { 'x-next-cache-tags': '_N_T_/films' } } : value,
    )
    advance(59_000)
    expect(await view(site, {}, kind)).toMatchObject({ isStale: true })
    advance(3_540_000)
    expect(await view(site, {}, kind)).toBeNull()
  })

  it.each([
    ['a page', 'APP_PAGE', appPage('page', ['a']), forever],
    ['a page with data for dynamic parts', 'APP_PAGE', appPage('page', ['a'], { postponed }), forever],
    ['a page with a lifetime', 'APP_PAGE', appPage('page', ['a']), { revalidate: 900, expire: 3600 }],
    ['a route handler', 'APP_ROUTE', route('answer', 'a'), forever],
  ] as const)(
    '%s that was refreshed is stale, and expires with the refresh',
    async (_, kind, value, control) => {
      const site = createHandlerSite()
      await render(site, value, control, kind)
      await site.openRequest().revalidateTag('a', { expire: 300 })
      expect(await view(site, {}, kind)).toMatchObject({ isStale: true })
      advance(300_000)
      expect(await view(site, {}, kind)).toBeNull()
    },
  )
})

describe('expiries of a page', () => {
  it('a tag of the page expires the page', async () => {
    const site = createHandlerSite()
    await render(site, appPage('page', ['_N_T_/films', 'a']))
    await site.openRequest().revalidateTag('other')
    expect(await view(site)).toMatchObject({ isStale: false })
    await site.openRequest().revalidateTag('a')
    expect(await view(site)).toBeNull()
  })

  it.each([
    ['APP_PAGE', appPage('page', ['_N_T_/films'])],
    ['PAGES', { kind: 'PAGES', html: 'page', pageData: {}, headers: {}, status: 200 }],
    ['PAGES', { kind: 'REDIRECT', props: {} }],
    ['PAGES', null],
  ] as const)('the path of a page expires an entry of kind %s with the value %j', async (kind, value) => {
    const site = createHandlerSite()
    await render(site, value, minute, kind)
    await site.openRequest().revalidateTag('_N_T_/other')
    expect(await view(site, {}, kind)).toMatchObject({ isStale: false })
    await site.openRequest().revalidateTag('_N_T_/films')
    expect(await view(site, {}, kind)).toBeNull()
  })

  it('a page keeps the data for its dynamic parts that its tags name, and no other', async () => {
    const site = createHandlerSite()
    const postponed = postponedState(['a'], ['a', 'foreign'], [], ['foreign'])
    await render(site, appPage('page', ['_N_T_/films', 'a'], { postponed }))
    const cache = { 0: { entry: { tags: ['a'] } }, 2: { entry: { tags: [] } } }
    const own = deflateSync(JSON.stringify({ store: { cache, fetch: {} } })).toString('base64')
    expect((await get(site.openRequest()))?.value).toMatchObject({ postponed: `2:[]${own}` })
  })

  it('an expiry of an object expires the pages that show it', async () => {
    const site = createHandlerSite()
    await render(site, appPage('page', [toDataTag('film:1', 'site')]))
    await site.store.expire(['film:1'])
    expect(await view(site)).toBeNull()
  })

  it('a page that was expired while it was rendered is not stored', async () => {
    const site = createHandlerSite()
    const [request, unrelated] = [site.openRequest(), site.openRequest()]
    await get(request)
    advance(1_000)
    await site.openRequest().revalidateTag('a')
    advance(1_000)
    await set(request, appPage('old', ['a']))
    expect(await view(site)).toBeNull()
    await set(unrelated, appPage('unrelated', ['b']))
    expect(getCommits(site)).toEqual(['fenced', 'committed'])
  })

  it('a page that was not read before is as old as its request', async () => {
    const site = createHandlerSite()
    const request = site.openRequest()
    advance(1_000)
    await site.openRequest().revalidateTag('a')
    advance(1_000)
    await set(request, appPage('old', ['a']))
    expect(getCommits(site)).toEqual(['fenced'])
    const next = site.openRequest()
    advance(50_000)
    await set(next, appPage('new', ['a']))
    advance(9_999)
    expect(await view(site)).toEqual({ html: 'new', isStale: false })
    advance(1)
    expect(await view(site)).toEqual({ html: 'new', isStale: true })
  })

  it('a second write of a request does not count on the read of the first', async () => {
    const site = createHandlerSite()
    const request = site.openRequest()
    advance(1_000)
    await site.store.expire(['next/tag:a'])
    advance(1_000)
    await get(request)
    await set(request, appPage('first', ['a']))
    await set(request, appPage('second', ['a']))
    expect(getCommits(site)).toEqual(['committed', 'fenced'])
  })

  it.each([
    ['a path of 3,000 characters', `/films/${'x'.repeat(3_000)}`],
    ['a path outside of ASCII', '/films/caf%C3%A9'],
    ['a path with commas and brackets', '/films/a,b/[c]'],
  ])('a page with %s is stored, and follows its own path only', async (_, path) => {
    const site = createHandlerSite()
    const context = pageContext('APP_PAGE', '/films/[...slug]/page')
    const read = () => site.openRequest().get(path, context)
    const tag = `_N_T_${path.replaceAll(',', '%2C')}`
    await site.openRequest().set(path, appPage('page', [tag]), { ...context, cacheControl: minute })
    advance(1_000)
    await site.openRequest().revalidateTag(`${tag}/other`)
    expect(getHtml(await read())).toBe('page')
    await site.openRequest().revalidateTag(tag)
    expect(await read()).toBeNull()
  })

  it('a page with another source route has an entry of its own', async () => {
    const site = createHandlerSite()
    await render(site, appPage('page'))
    const other = pageContext('APP_PAGE', '/[slug]/page')
    expect(await site.openRequest().get('/films', other)).toBeNull()
  })

  it('a page of another build is a miss', async () => {
    const store = createStore()
    await render(createHandlerSite({ store }), appPage('page'))
    expect(await view(createHandlerSite({ store, build: 'next build' }))).toBeNull()
  })
})

describe('a render that fails', () => {
  it('the previous page that Next stores again keeps its tags, and is fresh', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const site = createHandlerSite()
    await render(site, appPage('page', ['a']), { revalidate: 10, expire: 3600 })
    advance(60_000)
    const { default: ResponseCache } = load('server/response-cache/index.js')
    const { route } = pageContext('APP_PAGE')
    const commit = waitForCommit(site)
    const served = await new ResponseCache({ minimalMode: false, route }).get(
      '/films',
      () => Promise.reject(new Error('render failed')),
      { incrementalCache: site.openRequest(), isOnDemandRevalidate: false },
    )
    expect(served).toMatchObject({ isStale: true })
    expect(await commit).toBe('committed')
    const entry = await get(site.openRequest())
    expect(entry).toMatchObject({ cacheControl: { revalidate: 10 }, value: appPage('page', ['a']) })
    expect(entry?.isStale).toBeFalsy()
    advance(1_000)
    await site.openRequest().revalidateTag('a')
    expect(await view(site)).toBeNull()
  })

  it.each([
    ['a page without tags', 'APP_PAGE', appPage('page')],
    ['a page with tags', 'APP_PAGE', appPage('page', ['a', 'b'])],
    [
      'a route handler',
      'APP_ROUTE',
      { kind: 'APP_ROUTE', body: Buffer.from('answer'), headers: {}, status: 200 } as const,
    ],
  ] as const)('%s that is stored again while stale loses the mark', async (_, kind, value) => {
    const site = createHandlerSite()
    await render(site, value, minute, kind)
    advance(60_000)
    const request = site.openRequest()
    const stale = await get(request, kind)
    expect(stale?.isStale).toBe(true)
    await set(request, stale?.value as NextPageValue, minute, kind)
    const entry = await get(site.openRequest(), kind)
    expect(entry?.isStale).toBeFalsy()
    expect(entry?.value).toEqual(value)
  })
})

describe('a page whose render failed', () => {
  /** Next writes the old page again, for some seconds. */
  async function renderWithError(site: HandlerSite) {
    const request = site.openRequest()
    const old = await get(request)
    expect(old?.isStale).toBe(true)
    await set(request, old?.value as NextPageValue, { revalidate: 3, expire: 3_600 })
  }

  it('a refreshed page keeps its mark, and expires with the refresh', async () => {
    const site = createHandlerSite()
    await render(site, appPage('page', ['a']), forever)
    await site.openRequest().revalidateTag('a', { expire: 300 })
    advance(1_000)
    await renderWithError(site)
    expect(await view(site)).toMatchObject({ html: 'page', isStale: true })
    advance(299_000)
    expect(await view(site)).toBeNull()
  })

  it('a page that is stale by its age is rendered again after some seconds', async () => {
    const site = createHandlerSite()
    await render(site, appPage('page', ['a']), minute)
    advance(60_000)
    await renderWithError(site)
    expect(await view(site)).toMatchObject({ html: 'page', isStale: false })
    advance(3_000)
    expect(await view(site)).toMatchObject({ html: 'page', isStale: true })
  })
})

describe('the request of a worker', () => {
  const secret = 'a secret of the site'

  it('a stale page is a miss for a worker, and a fresh one is not', async () => {
    vi.stubEnv('CONTENT_CACHE_REBUILD_SECRET', secret)
    const site = createHandlerSite()
    const signed = { headers: { [REBUILD_HEADER]: createRebuildSignature(secret, Date.now()) } }
    const unsigned = {
      headers: { [REBUILD_HEADER]: createRebuildSignature('a secret of another site', Date.now()) },
    }
    await render(site, appPage('page', ['a']))
    expect(await view(site, signed)).toMatchObject({ isStale: false })
    await site.openRequest().revalidateTag('a', { expire: 300 })
    expect(await view(site, signed)).toBeNull()
    expect(site.events.at(-1)).toMatchObject({ type: 'miss', reason: 'refreshed' })
    expect(await view(site, unsigned)).toMatchObject({ html: 'page', isStale: true })
    vi.stubEnv('CONTENT_CACHE_REBUILD_SECRET', '')
    expect(await view(site, signed)).toMatchObject({ html: 'page', isStale: true })
  })

  it('stale data is a miss for a worker', async () => {
    vi.stubEnv('CONTENT_CACHE_REBUILD_SECRET', secret)
    const site = createHandlerSite()
    const headers = { [REBUILD_HEADER]: createRebuildSignature(secret, Date.now()) }
    const read = (options?: RequestOptions) =>
      site.openRequest(options).get('data', { kind: 'FETCH', revalidate: 60 })
    await site.openRequest().set('data', dataValue('data'), { fetchCache: true, tags: [] })
    expect(await read({ headers })).not.toBeNull()
    advance(61_000)
    expect(await read({ headers })).toBeNull()
    expect(await read()).not.toBeNull()
  })
})

describe('a build', () => {
  it('a build stores data, and no pages', async () => {
    vi.stubEnv('NEXT_PHASE', 'phase-production-build')
    const site = createHandlerSite()
    const request = site.openRequest()
    await set(request, appPage('page'))
    await request.set('data', dataValue('data'), { fetchCache: true, tags: [] })
    expect(getCommits(site)).toEqual(['committed'])
    expect(await request.get('data', { kind: 'FETCH', revalidate: 60 })).not.toBeNull()
    vi.stubEnv('NEXT_PHASE', '')
    await render(site, appPage('page'))
    vi.stubEnv('NEXT_PHASE', 'phase-production-build')
    expect(await view(site)).toBeNull()
  })
})

describe('events of a page', () => {
  it('a page is reported with its route, and a route handler by another name', async () => {
    const site = createHandlerSite()
    await render(site, appPage('page', ['a']))
    const [commit] = listCommits(site)
    expect(commit).toMatchObject({ fragment: { name: 'next/page' }, dependencies: ['next/tag:a'] })
    const key = commit?.fragment.key ?? ''
    const [lookup] = await site.store.lookup([{ key, ageMs: 0 }])
    expect(lookup?.entry).toMatchObject({ route: '/films', name: 'next/page' })
    await view(site)
    expect(site.events.at(-1)).toMatchObject({ type: 'hit', ageSeconds: 1 })
    advance(60_000)
    await view(site)
    expect(site.events.at(-1)).toMatchObject({ type: 'stale', reason: 'ttl', ageSeconds: 61 })
    const answer = { kind: 'APP_ROUTE', body: Buffer.from('answer'), headers: {}, status: 200 } as const
    await render(site, answer, minute, 'APP_ROUTE')
    expect(site.events.at(-1)).toMatchObject({ type: 'commit', fragment: { name: 'next/route' } })
  })

  it('the store of the pages is known from the first request on', () => {
    const site = createHandlerSite()
    expect(arePagesIn(site.store)).toBe(false)
    site.createHandler()
    expect(arePagesIn(site.store)).toBe(true)
  })
})
