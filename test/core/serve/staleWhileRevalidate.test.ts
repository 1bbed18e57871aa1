import { describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import type { Children } from '../../support/fakeFlight.ts'
import { createSite, type FakeSite, register } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

const show = (site: FakeSite, children: Children, options: object = { ttl: 10, swr: 20 }) =>
  site.request().serve('story', children, options)

async function createFilledSite(options?: object) {
  const site = createSite()
  const served = await show(
    site,
    function* () {
      register('story:1')
      yield 'old'
    },
    options,
  )
  await served.report
  return site
}

describe('past its ttl and within swr (rule 15)', () => {
  it('a copy past its ttl is served at once, and one fill runs in the background', async () => {
    const site = await createFilledSite()
    site.clock.advance(10_000)
    const gate = createDeferred<void>()
    const children = vi.fn(async function* () {
      await gate.promise
      yield 'new'
    })
    for (let visitor = 0; visitor < 100; visitor++) {
      const { value, report } = await show(site, children)
      expect(value).toBe('old')
      expect(await report).toMatchObject({ outcome: 'stale', reason: 'ttl', ageSeconds: 10, stored: true })
    }
    expect(children).toHaveBeenCalledOnce()
    const committed = site.next('commit')
    gate.resolve()
    expect(await committed).toMatchObject({ result: 'committed' })
    expect((await show(site, children)).value).toBe('new')
    expect(children).toHaveBeenCalledOnce()
  })

  it('the lifetime of the new copy begins with its own fill', async () => {
    const site = await createFilledSite()
    site.clock.advance(29_000)
    const committed = site.next('commit')
    await show(site, () => ['new'])
    await committed
    const now = site.clock.now()
    expect(await site.stored('story')).toMatchObject({ staleAt: now + 10_000, discardAt: now + 30_000 })
  })

  it('a background fill that fails leaves the stale copy and no unhandled rejection', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    try {
      const site = await createFilledSite()
      site.clock.advance(10_000)
      const refused = site.next('uncacheable')
      const fail = () => {
        throw new Error('database is down')
      }
      expect((await show(site, fail)).value).toBe('old')
      expect(await refused).toMatchObject({ reason: 'error' })
      await flushEventLoop()
      expect((await show(site, () => ['new'])).value).toBe('old')
      expect(unhandled).not.toHaveBeenCalled()
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })

  it('a fragment before its ttl is a hit', async () => {
    const site = await createFilledSite()
    site.clock.advance(9_999)
    const children = vi.fn(() => ['new'])
    expect(await (await show(site, children)).report).toMatchObject({ outcome: 'hit' })
    expect(children).not.toHaveBeenCalled()
  })

  it('a fragment past ttl and swr is a miss', async () => {
    const site = await createFilledSite()
    site.clock.advance(30_000)
    const { value, report } = await show(site, () => ['new'])
    expect(value).toBe('new')
    expect(await report).toMatchObject({ outcome: 'miss', reason: 'ttl' })
  })

  it('a fragment without swr is a miss after its ttl', async () => {
    const site = await createFilledSite({ ttl: 10 })
    site.clock.advance(10_000)
    expect((await show(site, () => ['new'])).value).toBe('new')
  })
})

describe('after a refresh (rule 15)', () => {
  it('a refreshed copy is served at once, and one fill runs in the background', async () => {
    const site = await createFilledSite({})
    await site.refresh('story:1')
    const committed = site.next('commit')
    const { value, report } = await show(site, () => ['new'], {})
    expect(value).toBe('old')
    expect(await report).toMatchObject({ outcome: 'stale', reason: 'refreshed' })
    await committed
    expect((await show(site, () => ['newer'], {})).value).toBe('new')
  })

  it('a fill that began before a refresh is not stored, and the copy stays stale', async () => {
    const site = await createFilledSite({})
    await site.refresh('story:1')
    const gate = createDeferred<void>()
    const children = async function* () {
      register('story:1')
      await gate.promise
      yield 'between'
    }
    await show(site, children, {})
    await flushEventLoop()
    await site.refresh('story:1')
    const committed = site.next('commit')
    gate.resolve()
    expect(await committed).toMatchObject({ result: 'fenced' })
    expect(await (await show(site, () => ['new'], {})).report).toMatchObject({ outcome: 'stale' })
  })

  it('a copy that the host calls stale is served, and one fill runs', async () => {
    const site = await createFilledSite({})
    const committed = site.next('commit')
    const { value, report } = await show(site, () => ['new'], { checkHostFreshness: () => 'stale' })
    expect(value).toBe('old')
    expect(await report).toMatchObject({ outcome: 'stale', reason: 'tag' })
    await committed
  })

  it('a copy that the host calls expired is a miss', async () => {
    const site = await createFilledSite({})
    const { value, report } = await show(site, () => ['new'], { checkHostFreshness: () => 'expired' })
    expect(value).toBe('new')
    expect(await report).toMatchObject({ outcome: 'miss', reason: 'tag' })
  })
})
