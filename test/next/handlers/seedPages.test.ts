import 'next/dist/server/node-environment-baseline.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { type BuiltSite, builtPageContext, builtValue, writeBuiltSite } from '../../support/builtSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'
import {
  advance,
  appPage,
  createFailingStore,
  createHandlerSite,
  createStore,
  getHtml,
  type HandlerSite,
  listCommits,
  postponedState,
  stopClock,
} from '../../support/handlerSite.ts'

const home = { path: '/', html: 'home', tags: ['_N_T_/'] }
const films = {
  ...{ path: '/films', html: 'films', tags: ['_N_T_/films', 'film:1'] },
  ...{ revalidate: 60, expire: 3600 },
}
const partly = {
  path: '/partly',
  html: 'partly',
  tags: ['_N_T_/partly'],
  postponed: postponedState(['foreign']),
}
const pages = [home, films, partly]

let built: BuiltSite

beforeEach(() => {
  stopClock()
  built = writeBuiltSite(pages)
})
afterEach(() => {
  vi.useRealTimers()
  built.remove()
})

const openRequest = (site: HandlerSite, { serverDistDir, fs, prerenderManifest } = built) =>
  site.openRequest({ serverDistDir, fs, prerenderManifest })

const get = (site: HandlerSite, path: string, output = built) =>
  openRequest(site, output).get(path, { ...builtPageContext(path), isFallback: false })

const view = async (site: HandlerSite, path: string) => {
  const entry = await get(site, path)
  return entry && { html: getHtml(entry), isStale: entry.isStale ?? false }
}

const countCommits = (site: HandlerSite) => listCommits(site).length

describe('the pages of a build', () => {
  it('the first miss takes all pages into the store, and they are read from the disk', async () => {
    const site = createHandlerSite()
    expect((await get(site, '/'))?.value).toEqual(builtValue(home))
    expect((await get(site, '/films'))?.value).toEqual(builtValue(films))
    expect(countCommits(site)).toBe(3)
    expect(Math.max(...listCommits(site).map(({ bytes }) => bytes))).toBeLessThan(200)
    expect(await get(site, '/other')).toBeNull()
    expect(countCommits(site)).toBe(3)
  })

  it('the lifetime of a page counts from the first start of the build', async () => {
    const site = createHandlerSite()
    expect(await view(site, '/films')).toEqual({ html: 'films', isStale: false })
    advance(59_999)
    expect(await view(site, '/films')).toEqual({ html: 'films', isStale: false })
    advance(1)
    expect(await view(site, '/films')).toEqual({ html: 'films', isStale: true })
    expect(await view(site, '/')).toEqual({ html: 'home', isStale: false })
    advance(3_540_000)
    expect(await view(site, '/films')).toBeNull()
    advance(300 * 86_400_000)
    expect(await view(site, '/')).toEqual({ html: 'home', isStale: false })
  })

  it('a page of the build that never expires is served while it is stale', async () => {
    built.remove()
    // The manifest of the build is JSON, which has no infinite numbers.
    built = writeBuiltSite([{ ...films, expire: Infinity }])
    const site = createHandlerSite()
    expect(await view(site, '/films')).toEqual({ html: 'films', isStale: false })
    advance(300 * 86_400_000)
    expect(await view(site, '/films')).toEqual({ html: 'films', isStale: true })
  })

  it.each([
    ['a tag of the page', '/films', 'film:1'],
    ['the path of the page', '/films', '_N_T_/films'],
  ])('an expiry of %s removes the page', async (_, path, tag) => {
    const site = createHandlerSite()
    expect(await view(site, path)).not.toBeNull()
    await openRequest(site).revalidateTag(tag)
    expect(await view(site, path)).toBeNull()
    expect(await view(site, '/')).not.toBeNull()
  })

  it('a page of the build loses the data that its tags do not name', async () => {
    const site = createHandlerSite()
    expect((await get(site, '/partly'))?.value).toEqual(builtValue({ ...partly, postponed: '2:[]null' }))
  })

  it('a page that was rendered again replaces the page of the build', async () => {
    const site = createHandlerSite()
    await get(site, '/films')
    const request = openRequest(site)
    await request.set('/films', appPage('new'), {
      ...builtPageContext('/films'),
      cacheControl: { revalidate: 60, expire: 3600 },
    })
    expect(await view(site, '/films')).toMatchObject({ html: 'new' })
  })

  it('a page whose files are gone is a miss', async () => {
    const site = createHandlerSite()
    await get(site, '/')
    const other = writeBuiltSite([home])
    expect(await get(site, '/films', other)).toBeNull()
    other.remove()
  })

  it('a process without the output of a build takes nothing over', async () => {
    const site = createHandlerSite()
    expect(await site.openRequest().get('/', builtPageContext('/'))).toBeNull()
    expect(countCommits(site)).toBe(0)
  })
})

describe('what was expired after the first start', () => {
  it('a page that was expired while the pages are taken over is refused', async () => {
    const shared = createStore()
    const [isReading, isExpired] = [createDeferred<void>(), createDeferred<void>()]
    const lease: FragmentStore['lease'] = async (...args) => {
      isReading.resolve()
      await isExpired.promise
      return shared.lease(...args)
    }
    const site = createHandlerSite({ store: createFailingStore({ lease }, shared) })
    const reading = view(site, '/films')
    await isReading.promise
    await shared.expire(['next/tag:film:1'])
    isExpired.resolve()
    expect(await reading).toBeNull()
    expect(await view(site, '/')).not.toBeNull()
  })

  it('a page that was expired between the start and the first request is refused', async () => {
    const site = createHandlerSite()
    await site.runtime.getStartToken()
    advance(1_000)
    await site.store.expire(['next/tag:film:1'])
    advance(1_000)
    expect(await view(site, '/films')).toBeNull()
    expect(await view(site, '/')).not.toBeNull()
  })

  it('pages of a build are taken over although the first reply is badly dated', async () => {
    const shared = createStore()
    await shared.expire(['next/tag:film:1'])
    advance(1_000)
    let replies = 0
    const lookup: FragmentStore['lookup'] = async (requests) =>
      (await shared.lookup(requests)).map((reply) =>
        // The time until the connection was open is part of the first reply.
        replies++ === 0 && reply.token ? { ...reply, token: { ...reply.token, clock: 0 } } : reply,
      )
    const site = createHandlerSite({ store: createFailingStore({ lookup }, shared) })
    await site.runtime.getStartToken()
    advance(1_000)
    await shared.expire(['next/tag:_N_T_/'])
    advance(1_000)
    expect(await view(site, '/films')).toMatchObject({ html: 'films' })
    expect(await view(site, '/')).toBeNull()
  })

  it('a page that a process has already rendered stays', async () => {
    const store = createStore()
    const site = createHandlerSite({ store })
    const request = site.openRequest()
    await request.set('/films', appPage('rendered'), {
      ...builtPageContext('/films'),
      cacheControl: { revalidate: 60, expire: 3600 },
    })
    await get(site, '/')
    expect(await view(site, '/films')).toMatchObject({ html: 'rendered' })
  })

  it('pages are not taken over again when one was expired', async () => {
    const store = createStore()
    const site = createHandlerSite({ store })
    await get(site, '/')
    await store.expire(['next/tag:film:1'])
    const second = createHandlerSite({ store })
    expect(await view(second, '/films')).toBeNull()
    expect(await view(second, '/')).toMatchObject({ html: 'home' })
    expect(countCommits(second)).toBe(0)
  })
})

describe('shells', () => {
  const shell = { path: '/films/[slug]', html: 'shell', tags: ['_N_T_/films/[slug]'], isShell: true }
  const personal = { path: '/lists/[slug]', html: 'list', tags: ['_N_T_/lists/[slug]', 'a'], isShell: true }
  const getShell = (site: HandlerSite, path: string, isFallback = true) =>
    openRequest(site).get(path, { ...builtPageContext(path), isFallback, isRoutePPREnabled: true })

  beforeEach(() => {
    built.remove()
    built = writeBuiltSite([shell, personal])
  })

  it('a shell survives the loss of its entry, and a page with content does not', async () => {
    const site = createHandlerSite()
    expect(getHtml(await getShell(site, shell.path))).toBe('shell')
    await site.store.clear()
    const entry = await getShell(site, shell.path)
    expect(getHtml(entry)).toBe('shell')
    expect(entry?.isStale).toBeFalsy()
    expect(await getShell(site, personal.path)).toBeNull()
    expect(await getShell(site, shell.path, false)).toBeNull()
  })

  it('a shell that Next reads as an ordinary page survives the loss of its entry', async () => {
    built.remove()
    built = writeBuiltSite([{ ...shell, postponed: '{}' }])
    const site = createHandlerSite()
    expect(getHtml(await getShell(site, shell.path, false))).toBe('shell')
    await site.store.clear()
    expect(getHtml(await getShell(site, shell.path, false))).toBe('shell')
  })

  it('a shell is read from the disk while the store is down', async () => {
    const lookup = () => Promise.reject(new Error('down'))
    const site = createHandlerSite({ store: createFailingStore({ lookup }) })
    expect(getHtml(await getShell(site, shell.path))).toBe('shell')
    expect(await getShell(site, personal.path)).toBeNull()
  })

  it('a shell whose path was revalidated is a miss', async () => {
    const site = createHandlerSite()
    await getShell(site, shell.path)
    await openRequest(site).revalidateTag('_N_T_/films/other')
    expect(getHtml(await getShell(site, shell.path))).toBe('shell')
    await openRequest(site).revalidateTag('_N_T_/films/[slug]')
    expect(await getShell(site, shell.path)).toBeNull()
    expect(await getShell(createHandlerSite({ store: site.store }), shell.path)).toBeNull()
  })
})

describe('several processes and starts', () => {
  it('each process writes the mark of the build again, so that it stays', async () => {
    const store = createStore()
    for (let start = 0; start < 2; start++) {
      const site = createHandlerSite({ store })
      await get(site, '/other')
      const marks = site.events.filter(
        (event) => event.type === 'commit' && event.fragment.name === 'next/build',
      )
      expect(marks).toMatchObject([{ result: 'committed' }])
    }
  })

  it('a second process on another machine takes nothing over', async () => {
    const store = createStore()
    const other = writeBuiltSite(pages)
    await get(createHandlerSite({ store }), '/')
    await store.expire(['next/tag:film:1'])
    const second = createHandlerSite({ store })
    expect(await get(second, '/films', other)).toBeNull()
    expect(countCommits(second)).toBe(0)
    other.remove()
  })

  it('a process waits for the one that takes the pages over', async () => {
    const shared = createStore()
    const [isReading, mayGoOn] = [createDeferred<void>(), createDeferred<void>()]
    const commit: FragmentStore['commit'] = async (...args) => {
      isReading.resolve()
      await mayGoOn.promise
      return shared.commit(...args)
    }
    const first = createHandlerSite({ store: createFailingStore({ commit }, shared) })
    const second = createHandlerSite({ store: createFailingStore({}, shared) })
    const seeding = get(first, '/')
    await isReading.promise
    let isDone = false
    const other = writeBuiltSite(pages)
    const waiting = get(second, '/films', other).finally(() => {
      isDone = true
    })
    await flushEventLoop()
    expect(isDone).toBe(false)
    mayGoOn.resolve()
    expect(getHtml(await waiting)).toBe('films')
    await seeding
    expect(countCommits(second)).toBe(0)
    await shared.clear()
    expect(await get(createHandlerSite({ store: shared }), '/', other)).toBeNull()
    other.remove()
  })

  it('a reader does not wait for long until the pages are taken over', async () => {
    const site = createHandlerSite({ store: createFailingStore({ lease: () => new Promise(() => {}) }) })
    const reading = view(site, '/')
    await flushEventLoop()
    await vi.advanceTimersByTimeAsync(site.runtime.engine.limits.leaseWait)
    expect(await reading).toBeNull()
  })

  it('nothing is taken over again after the store has lost its entries', async () => {
    const store = createStore()
    await get(createHandlerSite({ store }), '/')
    await store.clear()
    const site = createHandlerSite({ store })
    expect(await view(site, '/')).toBeNull()
    expect(countCommits(site)).toBe(0)
  })

  it('another machine takes nothing over after the store has lost its entries', async () => {
    const store = createStore()
    const other = writeBuiltSite(pages)
    await get(createHandlerSite({ store }), '/')
    await get(createHandlerSite({ store }), '/other', other)
    await store.clear()
    expect(await get(createHandlerSite({ store }), '/', other)).toBeNull()
    other.remove()
  })

  it.each([
    ['over an hour', 3_600_001, null],
    ['less than an hour', 3_590_000, 'home'],
  ])('the pages of a build are taken over while they are recent: %s', async (_, age, html) => {
    built.setAge(age)
    const site = createHandlerSite()
    expect(getHtml(await get(site, '/')) ?? null).toBe(html)
  })

  it('another build takes its own pages over', async () => {
    const store = createStore()
    await get(createHandlerSite({ store }), '/')
    const other = writeBuiltSite([{ ...home, html: 'new home' }])
    const site = createHandlerSite({ store, build: 'next build' })
    expect(getHtml(await get(site, '/', other))).toBe('new home')
    other.remove()
  })

  it('a build that cannot be read is reported, and its pages are rendered', async () => {
    const damaged = writeBuiltSite([{ ...home, postponed: '2:[]{' }])
    const site = createHandlerSite()
    expect(await get(site, '/', damaged)).toBeNull()
    expect(site.events).toContainEqual({ type: 'pages-error', error: expect.any(SyntaxError) })
    damaged.remove()
  })
})
