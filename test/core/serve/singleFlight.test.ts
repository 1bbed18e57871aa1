import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEngine } from '../../../lib/core/createEngine.ts'
import { createDeferred } from '../../../lib/core/deferred.ts'
import { commitEntry } from '../../support/commitEntry.ts'
import { createSite, type FakeSite, register } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

/** Creates the sites of two processes on one store. */
function createProcesses(limits: { leaseWait?: number; leaseTime?: number } = {}) {
  const here = createSite({ ...limits, isLocal: false })
  const there = createSite({ ...limits, clock: here.clock, store: { ...here.store } })
  return { here, there }
}

function createGated(text: string) {
  const gate = createDeferred<void>()
  const children = vi.fn(async function* () {
    register('story:1')
    await gate.promise
    yield text
  })
  return { children, open: gate.resolve }
}

const show = (site: FakeSite, children: () => AsyncIterable<string>) =>
  site.request().serve('story', children)

describe('in one process (rule 17)', () => {
  it('two hundred visitors at once cost one render', async () => {
    const site = createSite()
    const { children, open } = createGated('Story')
    const visitors = Array.from({ length: 200 }, () => show(site, children))
    await flushEventLoop()
    open()
    const served = await Promise.all(visitors)
    const reports = await Promise.all(served.map(({ report }) => report))
    expect(new Set(served.map(({ value }) => value))).toEqual(new Set(['Story']))
    expect(children).toHaveBeenCalledOnce()
    expect(reports.filter(({ outcome }) => outcome === 'miss')).toHaveLength(1)
    expect(reports.filter(({ outcome }) => outcome === 'join')).toHaveLength(199)
    for (const report of reports) expect(report).toMatchObject({ stored: true, dependencies: ['story:1'] })
  })

  it('engines of different bundles on one store join their fills', async () => {
    const site = createSite()
    const other = createSite({ clock: site.clock, store: site.store })
    expect(createEngine(site.store)).not.toBe(site.engine)
    const { children, open } = createGated('Story')
    const served = [show(site, children), show(other, children)]
    open()
    await Promise.all(served)
    expect(children).toHaveBeenCalledOnce()
  })

  it('an exclusive fill is joined by no request', async () => {
    const site = createSite()
    const { children, open } = createGated('Story')
    const alone = site.request().serve('story', children, { exclusive: true })
    await flushEventLoop()
    const other = show(site, children)
    open()
    await Promise.all([alone, other])
    expect(children).toHaveBeenCalledTimes(2)
  })

  it('a fill that has ended is joined by no request', async () => {
    const site = createSite()
    const { children, open } = createGated('Story')
    open()
    await (await show(site, children)).report
    await site.store.expire(['story:1'])
    site.clock.advance(1)
    await (await show(site, children)).report
    expect(children).toHaveBeenCalledTimes(2)
  })
})

describe('across processes (rule 17)', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('one process renders, and the other serves its entry', async () => {
    const { here, there } = createProcesses()
    const [leader, follower] = [createGated('remote'), createGated('local')]
    const remote = show(there, leader.children)
    await flushEventLoop()
    const local = show(here, follower.children)
    const joined = show(here, follower.children)
    await flushEventLoop()
    leader.open()
    expect((await local).value).toBe('remote')
    expect((await joined).value).toBe('remote')
    expect((await remote).value).toBe('remote')
    expect(follower.children).not.toHaveBeenCalled()
    expect([...(await (await local).metadata).dependencies]).toEqual(['story:1'])
    expect(await (await local).report).toMatchObject({ stored: true, dependencies: ['story:1'], bytes: 6 })
  })

  it('a waiting process reads the shared store, not a local copy', async () => {
    const { here, there } = createProcesses()
    const leader = createGated('remote')
    const remote = show(there, leader.children)
    await flushEventLoop()
    const lookup = vi.spyOn(here.store, 'lookup')
    const local = show(here, createGated('local').children)
    await flushEventLoop()
    leader.open()
    await Promise.all([local, remote])
    expect(lookup.mock.calls.at(-1)).toEqual([[expect.objectContaining({ shared: true })]])
  })

  it('a parent has the dependencies of a child that another process stored', async () => {
    const { here, there } = createProcesses()
    const leader = createGated('remote')
    const remote = show(there, leader.children)
    await flushEventLoop()
    const page = here.request()
    const parent = page.serve('parent', async function* () {
      yield page.fragment('story', () => ['local'])
    })
    await flushEventLoop()
    leader.open()
    expect((await parent).value).toBe('remote')
    expect(await (await parent).report).toMatchObject({ stored: true, dependencies: ['story:1'] })
    await remote
  })

  it('a waiting process renders after leaseWait', async () => {
    const { here, there } = createProcesses({ leaseWait: 500 })
    const [leader, follower] = [createGated('remote'), createGated('local')]
    follower.open()
    void show(there, leader.children)
    await flushEventLoop()
    const local = show(here, follower.children)
    await vi.advanceTimersByTimeAsync(499)
    await flushEventLoop()
    expect(follower.children).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect((await local).value).toBe('local')
    expect(await (await local).report).toMatchObject({ stored: true })
  })

  it('a waiting process renders when the fill of the other process fails', async () => {
    const { here, there } = createProcesses()
    const gate = createDeferred<void>()
    const remote = there.request().serve('story', async function* () {
      await gate.promise
      yield ''
      throw new Error('database is down')
    })
    await flushEventLoop()
    const local = show(here, async function* () {
      yield 'local'
    })
    await flushEventLoop()
    gate.resolve()
    await expect(remote).rejects.toThrow('database is down')
    const { value, report } = await local
    expect(value).toBe('local')
    await report
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a waiting process renders when the other process leaves only a stale copy', async () => {
    const { here, there } = createProcesses()
    const payload = new TextEncoder().encode('stale')
    await commitEntry(here.store, '"story"@"1"', { payload, staleAt: here.clock.now() })
    const gate = createDeferred<void>()
    const remote = there.request().serve(
      'story',
      async function* () {
        yield ''
        await gate.promise
        throw new Error('database is down')
      },
      { storedByHost: true },
    )
    await flushEventLoop()
    const local = here.request().serve('story', () => ['local'], { storedByHost: true })
    await flushEventLoop()
    gate.resolve()
    expect((await remote).value).toBe('stale')
    expect((await local).value).toBe('local')
  })

  it('a crashed leader delays others for one lease time', async () => {
    const { here } = createProcesses({ leaseWait: 500, leaseTime: 3_000 })
    const [{ token } = {}] = await here.store.lookup([{ key: '', ageMs: 0, shared: true }])
    if (!token) throw new Error('no token')
    await here.store.lease('"story"@"1"', { requiredToken: token, wasMiss: false }, 3_000)
    const { children, open } = createGated('local')
    open()
    here.clock.advance(3_000)
    const { value, report } = await show(here, children)
    expect(value).toBe('local')
    await report
    expect(await here.stored('story')).toBeDefined()
  })

  it('a page waits no longer than leaseWait for a process that crashed on all levels', async () => {
    const { here } = createProcesses({ leaseWait: 500, leaseTime: 60_000 })
    const [{ token } = {}] = await here.store.lookup([{ key: '', ageMs: 0, shared: true }])
    if (!token) throw new Error('no token')
    const request = { requiredToken: token, wasMiss: false }
    for (const name of ['page', 'section', 'row']) await here.store.lease(`"${name}"@"1"`, request, 60_000)
    const page = here.request()
    const shown = page.fragment('page', async function* () {
      yield await page.fragment('section', async function* () {
        yield await page.fragment('row', () => ['row'])
      })
    })
    await vi.advanceTimersByTimeAsync(500)
    // No further time passes.
    expect(await shown).toBe('row')
  })

  it('a lease is acquired for leaseTime, and released', async () => {
    const { here } = createProcesses({ leaseTime: 3_000 })
    const lease = vi.spyOn(here.store, 'lease')
    const release = vi.spyOn(here.store, 'release')
    const served = await show(here, async function* () {
      yield 'local'
    })
    await served.report
    expect(lease).toHaveBeenCalledWith('"story"@"1"', expect.anything(), 3_000)
    const held = await lease.mock.results[0]?.value
    await vi.waitFor(() => expect(release).toHaveBeenCalledWith([{ key: '"story"@"1"', lease: held }]))
  })

  it('a nested fragment has its lease from its lookup, and releases it', async () => {
    const { here } = createProcesses()
    const lease = vi.spyOn(here.store, 'lease')
    const release = vi.spyOn(here.store, 'release')
    const page = here.request()
    await page.fragment('outer', async function* () {
      yield await page.fragment('story', () => ['nested'])
    })
    await page.reports()
    expect(lease.mock.calls.map(([key]) => key)).toEqual(['"outer"@"1"'])
    await vi.waitFor(() =>
      expect(release.mock.calls.flat(2).map(({ key }) => key)).toEqual(['"story"@"1"', '"outer"@"1"']),
    )
  })

  it('a lease is released when its lookup leads to a fill of this process', async () => {
    const { here, there } = createProcesses()
    here.store.lease = async () => {
      throw new Error('no leases')
    }
    const { children, open } = createGated('joined')
    const leader = show(here, children)
    await flushEventLoop()
    const page = here.request()
    const joining = page.fragment('outer', async function* () {
      yield await page.fragment('story', () => ['rendered again'])
    })
    await flushEventLoop()
    const [{ lease: ofThere } = {}] = await there.store.lookup([
      { key: '"story"@"1"', ageMs: 0, leaseMs: 1_000 },
    ])
    expect(ofThere).toMatchObject({ isGranted: true })
    open()
    await leader
    expect(await joining).toBe('joined')
  })

  it('fragments that wait for each other in two processes render after the wait', async () => {
    const { here, there } = createProcesses({ leaseWait: 500 })
    const gate = createDeferred<void>()
    const renderNested = (site: FakeSite, outer: string, inner: string) => {
      const page = site.request()
      return page.fragment(outer, async function* () {
        await gate.promise
        yield `<${outer}>`
        yield page.fragment(inner, () => [`<${inner}>`])
      })
    }
    const shown = Promise.all([renderNested(here, 'a', 'b'), renderNested(there, 'b', 'a')])
    await flushEventLoop()
    gate.resolve()
    await flushEventLoop()
    await vi.advanceTimersByTimeAsync(500)
    const [one, other] = await shown
    expect(one).toMatch(/^<a><b>/)
    expect(other).toMatch(/^<b><a>/)
  })
})
