import { describe, expect, it, vi } from 'vitest'
import { deferred } from '../../../lib/core/deferred.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'
import { fakeClock } from '../../support/fakeClock.ts'
import { quiet } from '../../support/quiet.ts'
import type { Children } from '../../support/toyFlight.ts'
import { createSite, register } from '../../support/toySite.ts'

/** A site with a worker, which is told of pages to render once more. */
function createWatchedSite() {
  const clock = fakeClock()
  const rebuild = vi.fn(async (_route: string) => {})
  const store = { ...memoryStore({ name: false, now: clock.now }), rebuild }
  return { ...createSite({ clock, store }), rebuild }
}

type WatchedSite = ReturnType<typeof createWatchedSite>

const show = (site: WatchedSite, children: Children, foreground = true) =>
  site.request().serve('story', children, { foreground })

const story = (text: string) =>
  function* () {
    register('story:1')
    yield text
  }

describe('a request of a worker', () => {
  it('waits for what is stale, where a reader is shown it', async () => {
    const site = createWatchedSite()
    await (await show(site, story('old'))).report
    await site.refresh('story:1')
    const gate = deferred<void>()
    const worker = show(site, async function* () {
      register('story:1')
      await gate.promise
      yield 'new'
    })
    expect((await show(site, story('of the reader'), false)).value).toBe('old')
    gate.resolve()
    expect((await worker).value).toBe('new')
  })

  it('is not answered before what was missing is stored', async () => {
    const site = createWatchedSite()
    const gate = deferred<void>()
    const { commit } = site.store
    site.store.commit = async (...args) => {
      await gate.promise
      return commit(...args)
    }
    const answered = vi.fn()
    const worker = show(site, story('new'))
    worker.then(answered)
    await quiet()
    expect(answered).not.toHaveBeenCalled()
    gate.resolve()
    expect((await worker).value).toBe('new')
    expect(await site.stored('story')).toBeDefined()
  })

  it.each(['expire', 'refresh'] as const)(
    'has the page come up once more when %s overtakes it, and before it is answered',
    async (how) => {
      for (const before of [false, true]) {
        const site = createWatchedSite()
        if (before) {
          await (await show(site, story('old'))).report
          await site.refresh('story:1')
        }
        const { report } = await show(site, async function* () {
          register('story:1')
          await site[how]('story:1')
          yield 'of just before'
        })
        expect(site.rebuild.mock.calls).toEqual([['/page']])
        expect(await report).toMatchObject({ reason: 'fenced', stored: false })
      }
    },
  )

  it('does not when all is stored, or nothing can be', async () => {
    const site = createWatchedSite()
    await show(site, story('new'))
    await show(site, story('never asked for'))
    await site.request().serve('broken', () => ['x'], {
      foreground: true,
      onCapture: (capture) => capture.refuse('request-data'),
    })
    expect(site.rebuild).not.toHaveBeenCalled()
  })

  it('is answered when the page cannot be noted', async () => {
    const site = createWatchedSite()
    site.rebuild.mockRejectedValue(new Error('Redis is away'))
    const { value } = await show(site, async function* () {
      register('story:1')
      await site.expire('story:1')
      yield 'of just before'
    })
    expect(value).toBe('of just before')
    expect(site.events).toContainEqual(expect.objectContaining({ type: 'store-error', operation: 'rebuild' }))
  })
})

it('a reader has no page come up once more', async () => {
  const site = createWatchedSite()
  const { report } = await show(
    site,
    async function* () {
      register('story:1')
      await site.expire('story:1')
      yield 'of just before'
    },
    false,
  )
  expect(await report).toMatchObject({ reason: 'fenced' })
  expect(site.rebuild).not.toHaveBeenCalled()
})
