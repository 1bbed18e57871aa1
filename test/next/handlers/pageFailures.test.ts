import 'next/dist/server/node-environment-baseline.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { createHandlerRuntime } from '../../../lib/next/handlers/handlerRuntime.ts'
import type { NextPageValue } from '../../../lib/next/internals/nextPageValue.ts'
import { fetchToken } from '../../support/commitEntry.ts'
import { entryOf } from '../../support/entries.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'
import {
  appPage,
  createFailingStore,
  createHandlerSite,
  dataValue,
  getCommits,
  getHtml,
  type HandlerSite,
  listCommits,
  type NextRequestCache,
  pageContext,
  stopClock,
} from '../../support/handlerSite.ts'

beforeEach(stopClock)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const context = pageContext('APP_PAGE')

const set = (request: NextRequestCache, value: NextPageValue) =>
  request.set('/films', value, { ...context, cacheControl: { revalidate: 60, expire: 3600 } })

/** What a new request sees. */
async function view(site: HandlerSite) {
  const entry = await site.openRequest().get('/films', context)
  return entry && { html: getHtml(entry) }
}

describe('pages that cannot be read or stored', () => {
  it.each([
    ['foreign', Buffer.from('no payload of this library')],
    ['empty', Buffer.alloc(0)],
    ['damaged', Buffer.from([1, 1, 0, 0, 0, 9, ...Buffer.from('[[9],{}]x')])],
  ])('a page with a %s payload is a miss, and is replaced', async (_, payload) => {
    const site = createHandlerSite()
    await set(site.openRequest(), appPage('page'))
    const key = listCommits(site)[0]?.fragment.key ?? ''
    await site.store.commit(key, entryOf({ payload }), await fetchToken(site.store))
    expect(await view(site)).toBeNull()
    expect(site.events.at(-1)).toMatchObject({ type: 'miss', reason: 'unreadable' })
    await set(site.openRequest(), appPage('new'))
    expect(await view(site)).toMatchObject({ html: 'new' })
  })

  it('a kind of page that this version does not know is not stored, and no error', async () => {
    const site = createHandlerSite()
    await set(site.openRequest(), { kind: 'FUTURE' } as never)
    expect(getCommits(site)).toEqual([])
    expect(site.events.filter(({ type }) => type === 'pages-error')).toEqual([])
  })

  it('a page whose postponed state is unknown is not stored, and the error is reported', async () => {
    const site = createHandlerSite()
    await set(site.openRequest(), appPage('page', [], { postponed: '2:[]{' }))
    expect(getCommits(site)).toEqual([])
    expect(site.events).toContainEqual({ type: 'pages-error', error: expect.any(SyntaxError) })
  })

  it('images have a cache of their own', async () => {
    const site = createHandlerSite()
    expect(await site.createHandler().get('image', { kind: 'IMAGE' })).toBeNull()
    expect(site.events).toEqual([])
  })
})

describe('a failing store', () => {
  const operations = ['lookup', 'commit', 'getLastExpiry', 'lease', 'release'] as const
  const failWith = (run: () => never | Promise<never>): Partial<FragmentStore> => ({
    isLocal: false,
    ...Object.fromEntries(operations.map((operation) => [operation, run])),
  })
  const useAll = async (site: HandlerSite) => {
    const request = site.openRequest()
    const handler = site.createHandler()
    await set(request, appPage('page'))
    await handler.set('data', dataValue('data'), { fetchCache: true })
    handler.resetRequestCache()
    return [await view(site), await handler.get('data', { kind: 'FETCH', softTags: ['_N_T_/films'] })]
  }

  it.each([
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
  ])('each read is a miss and no write fails when the store %s', async (_, run) => {
    const site = createHandlerSite({ store: createFailingStore(failWith(run)) })
    expect(await useAll(site)).toEqual([null, null])
  })

  it('each read and write ends within the limits when the store hangs', async () => {
    const store = createFailingStore(failWith(() => new Promise(() => {})))
    const site = createHandlerSite({ store })
    const used = useAll(site)
    for (let wait = 0; wait < 20; wait++) {
      await flushEventLoop()
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(await Promise.race([used, flushEventLoop()])).toEqual([null, null])
  })

  it('an error of the copies in this process is a miss, and reported', async () => {
    const lookupSync = () => {
      throw new Error('damaged')
    }
    const site = createHandlerSite({ store: createFailingStore({ lookupSync }) })
    expect(await view(site)).toBeNull()
    expect(site.events.at(-1)).toMatchObject({ type: 'pages-error' })
  })

  it('an expiry that the store does not accept rejects', async () => {
    const expire = () => Promise.reject(new Error('down'))
    const site = createHandlerSite({ store: createFailingStore({ expire }) })
    const expiring = expect(site.createHandler().revalidateTag('a')).rejects.toMatchObject({
      code: 'CC_EXPIRE_FAILED',
    })
    await vi.advanceTimersByTimeAsync(60_000)
    await expiring
  })
})

describe('invalid settings', () => {
  it('nothing is cached with invalid settings, and only an expiry throws', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const site = createHandlerSite({
      getRuntime: () =>
        createHandlerRuntime({ store: {} as never, fragmentStore: {} as never, namespace: '' }),
    })
    const request = site.openRequest()
    await set(request, appPage('page'))
    expect(await view(site)).toBeNull()
    await request.set('data', dataValue('data'), { fetchCache: true, tags: [] })
    expect(await request.get('data', { kind: 'FETCH', revalidate: 60 })).toBeNull()
    await expect(request.revalidateTag('a')).rejects.toMatchObject({ code: 'CC_INVALID_OPTIONS' })
  })
})
