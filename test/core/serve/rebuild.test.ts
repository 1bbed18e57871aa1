import { describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'
import { fakeClock } from '../../support/fakeClock.ts'
import type { Children } from '../../support/fakeFlight.ts'
import { createSite, register } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

/** Creates a site with a worker, whose store records requeued pages. */
function createWatchedSite() {
  const clock = fakeClock()
  const requeueRoute = vi.fn(async (_route: string) => {})
  const store = { ...memoryStore({ name: false, now: clock.now }), requeueRoute }
  return { ...createSite({ clock, store }), requeueRoute }
}

/** Reads the first piece only. */
async function readFirst(body: ReadableStream<Uint8Array>): Promise<string> {
  return new TextDecoder().decode((await body.getReader().read()).value)
}

type WatchedSite = ReturnType<typeof createWatchedSite>

const show = (site: WatchedSite, children: Children, byWorker = true) =>
  site.request().serve('story', children, byWorker ? { rebuild: { route: '/page?q=1' } } : {})

const story = (text: string) =>
  function* () {
    register('story:1')
    yield text
  }

describe('a request of a worker', () => {
  it('a rebuild waits for the fill of a stale fragment, and a reader does not', async () => {
    const site = createWatchedSite()
    await (await show(site, story('old'))).report
    await site.refresh('story:1')
    const gate = createDeferred<void>()
    const worker = show(site, async function* () {
      register('story:1')
      await gate.promise
      yield 'new'
    })
    expect((await show(site, story('for the reader'), false)).value).toBe('old')
    gate.resolve()
    expect((await worker).value).toBe('new')
  })

  it('a rebuild is not answered before a missing fragment is stored', async () => {
    const site = createWatchedSite()
    const gate = createDeferred<void>()
    const { commit } = site.store
    site.store.commit = async (...args) => {
      await gate.promise
      return commit(...args)
    }
    const answered = vi.fn()
    const worker = show(site, story('new'))
    worker.then(answered)
    await flushEventLoop()
    expect(answered).not.toHaveBeenCalled()
    gate.resolve()
    expect((await worker).value).toBe('new')
    expect(await site.stored('story')).toBeDefined()
  })

  it.each(['expire', 'refresh'] as const)(
    'a rebuild is requeued when %s overtakes it, before it is answered',
    async (mode) => {
      for (const before of [false, true]) {
        const site = createWatchedSite()
        if (before) {
          await (await show(site, story('old'))).report
          await site.refresh('story:1')
        }
        const { report } = await show(site, async function* () {
          register('story:1')
          await site[mode]('story:1')
          yield 'overtaken'
        })
        expect(site.requeueRoute.mock.calls).toEqual([['/page?q=1']])
        expect(await report).toMatchObject({ reason: 'fenced', stored: false })
      }
    },
  )

  it('a rebuild is requeued once, although several of its fragments were overtaken', async () => {
    const site = createWatchedSite()
    const page = site.request()
    const rebuild = { route: '/page' }
    const fenced = async function* () {
      register('story:1')
      await site.expire('story:1')
      yield 'overtaken'
    }
    await Promise.all(['a', 'b', 'c'].map((name) => page.serve(name, fenced, { rebuild })))
    expect(site.requeueRoute.mock.calls).toEqual([['/page']])
  })

  const refuse = () => Promise.reject(new Error('Redis is busy'))
  it.each<[string, (site: WatchedSite) => void]>([
    ['the store could not be read', (site) => (site.store.lookup = refuse)],
    ['the store could not be written', (site) => (site.store.commit = refuse)],
  ])('a rebuild is requeued when %s', async (_, breakStore) => {
    const site = createWatchedSite()
    breakStore(site)
    expect((await show(site, story('new'))).value).toBe('new')
    expect(site.requeueRoute.mock.calls).toEqual([['/page?q=1']])
  })

  it('a rebuild is requeued when a stale copy replaces a failed render', async () => {
    const site = createWatchedSite()
    await (await show(site, story('old'))).report
    await site.refresh('story:1')
    const { value } = await show(site, function* () {
      yield 'new'
      throw new Error('The database restarts.')
    })
    expect(value).toBe('old')
    expect(site.requeueRoute.mock.calls).toEqual([['/page?q=1']])
  })

  it('a rebuild is not requeued when the page itself shows the failure', async () => {
    const site = createWatchedSite()
    const { report } = await site.request().serve(
      'broken',
      async function* () {
        yield 'first'
        throw new Error('The database restarts.')
      },
      {
        rebuild: { route: '/page' },
        // Like React, it shows the first output before the failure.
        decode: async (body) => readFirst(body as ReadableStream<Uint8Array>),
      },
    )
    expect(await report).toMatchObject({ reason: 'error', stored: false })
    expect(site.requeueRoute).not.toHaveBeenCalled()
  })

  it.each(['request-data', 'control-flow', 'dynamic'] as const)(
    'a rebuild is not requeued when its fragment can never be stored: %s',
    async (uncacheableReason) => {
      const site = createWatchedSite()
      await site.request().serve('never', () => ['x'], {
        rebuild: { route: '/page' },
        onScope: (scope) => scope.markUncacheable(uncacheableReason),
      })
      expect(site.requeueRoute).not.toHaveBeenCalled()
    },
  )

  it('a rebuild is not requeued when its fragments are stored or too large', async () => {
    const site = createWatchedSite()
    await show(site, story('new'))
    await show(site, story('not rendered'))
    site.store.commit = () => 'too-large'
    await site.request().serve('large', story('large'), { rebuild: { route: '/page' } })
    expect(site.requeueRoute).not.toHaveBeenCalled()
  })

  it('a rebuild waits until a fragment is stored whose output came earlier', async () => {
    const site = createWatchedSite()
    const page = site.request()
    const rebuild = { route: '/page' }
    const gate = createDeferred<void>()
    const committing = createDeferred<void>()
    const { commit } = site.store
    site.store.commit = async (key, ...args) => {
      if (key.includes('inner')) await committing.promise
      return commit(key, ...args)
    }
    const shown = vi.fn()
    const answered = vi.fn()
    const worker = page.serve(
      'outer',
      async function* () {
        const { value } = await page.serve(
          'inner',
          async function* () {
            yield 'first'
            await gate.promise
            yield ' and last'
          },
          { rebuild, decode: async (body) => readFirst(body as ReadableStream<Uint8Array>) },
        )
        shown(value)
        yield value
      },
      { rebuild },
    )
    worker.then(answered)
    await flushEventLoop()
    expect(shown).toHaveBeenCalledWith('first')
    expect(answered).not.toHaveBeenCalled()
    gate.resolve()
    await flushEventLoop()
    expect(answered).not.toHaveBeenCalled()
    committing.resolve()
    await worker
    expect(new TextDecoder().decode((await site.stored('inner'))?.payload)).toBe('first and last')
    expect(await site.stored('outer')).toBeDefined()
  })

  it('a rebuild is answered when its page cannot be requeued', async () => {
    const site = createWatchedSite()
    site.requeueRoute.mockRejectedValue(new Error('Redis is down'))
    const { value } = await show(site, async function* () {
      register('story:1')
      await site.expire('story:1')
      yield 'overtaken'
    })
    expect(value).toBe('overtaken')
    expect(site.events).toContainEqual(expect.objectContaining({ type: 'store-error', operation: 'requeue' }))
  })
})

it('the page of a reader is not requeued', async () => {
  const site = createWatchedSite()
  const { report } = await show(
    site,
    async function* () {
      register('story:1')
      await site.expire('story:1')
      yield 'overtaken'
    },
    false,
  )
  expect(await report).toMatchObject({ reason: 'fenced' })
  expect(site.requeueRoute).not.toHaveBeenCalled()
})
