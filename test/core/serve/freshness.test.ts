import { describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import { createSite, type FakeRequest, type FakeSite, register } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

/** Creates a site with one story, whose render ends when the test opens a gate. */
function createStorySite(site = createSite()) {
  let text = 'old'
  const renders = vi.fn()
  return {
    site,
    renders,
    async publish(newText: string) {
      text = newText
      await site.expire('story:1')
    },
    show: (gate: Promise<void> = Promise.resolve(), page: FakeRequest = site.request()) =>
      page.serve('story', async function* () {
        renders()
        register('story:1')
        const read = text
        await gate
        yield read
      }),
  }
}

const readStoredText = async (site: FakeSite, name: string) =>
  new TextDecoder().decode((await site.stored(name))?.payload)

describe('after an expiry (rule 13)', () => {
  it('a fragment that was stored before an expiry is not read', async () => {
    const { show, publish } = createStorySite()
    await (await show()).report
    await publish('new')
    expect((await show()).value).toBe('new')
  })

  it('a fill that began before an expiry is shown to its request, and not stored', async () => {
    const { site, show, publish } = createStorySite()
    const gate = createDeferred<void>()
    const serving = show(gate.promise)
    await flushEventLoop()
    await publish('new')
    gate.resolve()
    const { value, report } = await serving
    expect(value).toBe('old')
    expect(await report).toMatchObject({ stored: false, reason: 'fenced' })
    expect(await site.stored('story')).toBeUndefined()
  })

  it('a later request joins no fill that began before the expiry', async () => {
    const { show, publish, site } = createStorySite()
    const gate = createDeferred<void>()
    const older = show(gate.promise)
    await flushEventLoop()
    await publish('new')
    expect((await show()).value).toBe('new')
    gate.resolve()
    expect((await older).value).toBe('old')
    await (await older).report
    expect(await readStoredText(site, 'story')).toBe('new')
  })

  it('a later request joins a fill that began after the expiry', async () => {
    const { show, publish, renders } = createStorySite()
    await publish('new')
    const gate = createDeferred<void>()
    const first = show(gate.promise)
    const second = show(gate.promise)
    gate.resolve()
    expect((await first).value + (await second).value).toBe('newnew')
    expect(renders).toHaveBeenCalledOnce()
  })

  it('a request from before the expiry joins a fill that began after it', async () => {
    const { site, show, publish, renders } = createStorySite()
    const early = site.request()
    await publish('new')
    const gate = createDeferred<void>()
    const fill = show(gate.promise)
    await flushEventLoop()
    const joined = show(gate.promise, early)
    gate.resolve()
    expect((await joined).value).toBe('new')
    await fill
    expect(renders).toHaveBeenCalledOnce()
  })

  it('no stale copy is served after an expiry', async () => {
    const site = createSite()
    let text = 'old'
    const show = (page = site.request()) =>
      page.serve(
        'story',
        function* () {
          register('story:1')
          yield text
        },
        { ttl: 10, swr: 1_000 },
      )
    await (await show()).report
    site.clock.advance(20_000)
    text = 'new'
    await site.expire('story:1')
    expect((await show()).value).toBe('new')
  })

  it('a request does not wait for an older fill of another process', async () => {
    const here = createSite()
    const there = createSite({ clock: here.clock, store: { ...here.store } })
    const gate = createDeferred<void>()
    const remoteResult = createStorySite(there).show(gate.promise)
    await flushEventLoop()
    const { show, publish } = createStorySite(here)
    await publish('new')
    const localResult = await show()
    expect(localResult.value).toBe('new')
    await localResult.report
    expect(await readStoredText(here, 'story')).toBe('new')
    gate.resolve()
    expect(await (await remoteResult).report).toMatchObject({ stored: false, reason: 'fenced' })
    expect(await readStoredText(here, 'story')).toBe('new')
  })

  it('a fill is not stored when the store was cleared after its start', async () => {
    const { site, show } = createStorySite()
    const gate = createDeferred<void>()
    const serving = show(gate.promise)
    await flushEventLoop()
    await site.store.clear()
    gate.resolve()
    expect(await (await serving).report).toMatchObject({ stored: false, reason: 'unverifiable' })
    await (await show()).report
    expect(await readStoredText(site, 'story')).toBe('old')
  })
})

describe('data that was read before its fragment (rule 13)', () => {
  it('data that the page read before its fragment is as old as the request', async () => {
    const site = createSite()
    const page = site.request()
    const read = 'old'
    site.clock.advance(5)
    await site.expire('story:1')
    site.clock.advance(5)
    const { report } = await page.serve('story', function* () {
      register('story:1')
      yield read
    })
    expect(await report).toMatchObject({ stored: false, reason: 'fenced' })
  })

  it('data is as old as the request also when the renderer blocks the lookup', async () => {
    const site = createSite()
    const page = site.request()
    const read = 'old'
    await site.expire('story:1')
    const serving = page.serve('story', function* () {
      register('story:1')
      yield read
    })
    // Other fragments are rendered in the same turn.
    site.clock.advance(100)
    expect(await (await serving).report).toMatchObject({ stored: false, reason: 'fenced' })
  })
})

describe('a parent (rule 13)', () => {
  const showParent = (site: FakeSite, child: (page: FakeRequest) => Promise<string>, gate: Promise<void>) => {
    const page = site.request()
    return page.serve('parent', async function* () {
      yield child(page)
      await gate
      yield ' end'
    })
  }

  const child =
    (gate: Promise<void> = Promise.resolve()) =>
    (page: FakeRequest) =>
      page.fragment('child', async function* () {
        register('story:1')
        yield 'old'
        await gate
      })

  it('a parent is refused when a rendered child is expired mid-render', async () => {
    const site = createSite()
    const gate = createDeferred<void>()
    const serving = showParent(site, child(), gate.promise)
    await flushEventLoop()
    expect(await site.expire('story:1')).toBe(1)
    gate.resolve()
    expect(await (await serving).report).toMatchObject({ stored: false, reason: 'fenced' })
    expect(await site.stored('parent')).toBeUndefined()
  })

  it('a parent is refused when a child that was a hit is expired mid-render', async () => {
    const site = createSite()
    await child()(site.request())
    await flushEventLoop()
    const gate = createDeferred<void>()
    const serving = showParent(site, child(), gate.promise)
    await flushEventLoop()
    expect(site.happened()).toContain('hit child')
    expect(await site.expire('story:1')).toBe(1)
    gate.resolve()
    expect(await (await serving).report).toMatchObject({ stored: false, reason: 'fenced' })
  })

  it('a parent is refused when a joined child is expired mid-render', async () => {
    const site = createSite()
    const gate = createDeferred<void>()
    const other = child(gate.promise)(site.request())
    await flushEventLoop()
    const serving = showParent(site, child(gate.promise), Promise.resolve())
    await flushEventLoop()
    expect(site.happened()).toContain('join child')
    expect(await site.expire('story:1')).toBe(0)
    gate.resolve()
    expect(await (await serving).report).toMatchObject({ stored: false, reason: 'fenced' })
    await other
    for (const name of ['child', 'parent']) expect(await site.stored(name)).toBeUndefined()
  })
})
