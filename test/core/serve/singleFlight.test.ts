import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEngine } from '../../../lib/core/createEngine.ts'
import { createDeferred } from '../../../lib/core/deferred.ts'
import { commitEntry } from '../../support/commitEntry.ts'
import { createSite, type FakeSite, register } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

/** Two processes on one store. */
function processes(limits: { leaseWait?: number; leaseTime?: number } = {}) {
  const here = createSite(limits)
  const there = createSite({ ...limits, clock: here.clock, store: { ...here.store } })
  return { here, there }
}

function gated(text: string) {
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

describe('rule 17: in one process', () => {
  it('two hundred visitors at once cost one render', async () => {
    const site = createSite()
    const { children, open } = gated('Story')
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

  it('engines on one store join each other, as those of different bundles must', async () => {
    const site = createSite()
    const other = createSite({ clock: site.clock, store: site.store })
    expect(createEngine(site.store)).not.toBe(site.engine)
    const { children, open } = gated('Story')
    const served = [show(site, children), show(other, children)]
    open()
    await Promise.all(served)
    expect(children).toHaveBeenCalledOnce()
  })

  it('nobody joins a fill that must be alone', async () => {
    const site = createSite()
    const { children, open } = gated('Story')
    const alone = site.request().serve('story', children, { exclusive: true })
    await flushEventLoop()
    const other = show(site, children)
    open()
    await Promise.all([alone, other])
    expect(children).toHaveBeenCalledTimes(2)
  })

  it('nobody joins a fill that has ended', async () => {
    const site = createSite()
    const { children, open } = gated('Story')
    open()
    await (await show(site, children)).report
    await site.store.expire(['story:1'])
    site.clock.advance(1)
    await (await show(site, children)).report
    expect(children).toHaveBeenCalledTimes(2)
  })
})

describe('rule 17: across processes', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  it('one renders, and the other shows what it has stored', async () => {
    const { here, there } = processes()
    const [leader, follower] = [gated('theirs'), gated('ours')]
    const remote = show(there, leader.children)
    await flushEventLoop()
    const local = show(here, follower.children)
    const joined = show(here, follower.children)
    await flushEventLoop()
    leader.open()
    expect((await local).value).toBe('theirs')
    expect((await joined).value).toBe('theirs')
    expect((await remote).value).toBe('theirs')
    expect(follower.children).not.toHaveBeenCalled()
    expect([...(await (await local).metadata).dependencies]).toEqual(['story:1'])
    expect(await (await local).report).toMatchObject({ stored: true, dependencies: ['story:1'], bytes: 6 })
  })

  it('a waiting process reads the shared store, not its own copy', async () => {
    const { here, there } = processes()
    const leader = gated('theirs')
    const remote = show(there, leader.children)
    await flushEventLoop()
    const lookup = vi.spyOn(here.store, 'lookup')
    const local = show(here, gated('ours').children)
    await flushEventLoop()
    leader.open()
    await Promise.all([local, remote])
    expect(lookup.mock.calls.at(-1)).toEqual([[expect.objectContaining({ shared: true })]])
  })

  it('a parent of what another process has stored depends on it', async () => {
    const { here, there } = processes()
    const leader = gated('theirs')
    const remote = show(there, leader.children)
    await flushEventLoop()
    const page = here.request()
    const parent = page.serve('parent', async function* () {
      yield page.fragment('story', () => ['ours'])
    })
    await flushEventLoop()
    leader.open()
    expect((await parent).value).toBe('theirs')
    expect(await (await parent).report).toMatchObject({ stored: true, dependencies: ['story:1'] })
    await remote
  })

  it('the other waits no longer than set, then renders itself', async () => {
    const { here, there } = processes({ leaseWait: 500 })
    const [leader, follower] = [gated('theirs'), gated('ours')]
    follower.open()
    void show(there, leader.children)
    await flushEventLoop()
    const local = show(here, follower.children)
    await vi.advanceTimersByTimeAsync(499)
    await flushEventLoop()
    expect(follower.children).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect((await local).value).toBe('ours')
    expect(await (await local).report).toMatchObject({ stored: true })
  })

  it('the other renders itself when the first fails', async () => {
    const { here, there } = processes()
    const gate = createDeferred<void>()
    const remote = there.request().serve('story', async function* () {
      await gate.promise
      yield ''
      throw new Error('database is away')
    })
    await flushEventLoop()
    const local = show(here, async function* () {
      yield 'ours'
    })
    await flushEventLoop()
    gate.resolve()
    await expect(remote).rejects.toThrow('database is away')
    const { value, report } = await local
    expect(value).toBe('ours')
    await report
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a stale copy that the first leaves behind is not taken for what it was to store', async () => {
    const { here, there } = processes()
    const payload = new TextEncoder().encode('stale')
    await commitEntry(here.store, '"story"@"1"', { payload, staleAt: here.clock.now() })
    const gate = createDeferred<void>()
    const remote = there.request().serve(
      'story',
      async function* () {
        yield ''
        await gate.promise
        throw new Error('database is away')
      },
      { storedByHost: true },
    )
    await flushEventLoop()
    const local = here.request().serve('story', () => ['ours'], { storedByHost: true })
    await flushEventLoop()
    gate.resolve()
    expect((await remote).value).toBe('stale')
    expect((await local).value).toBe('ours')
  })

  it('a leader that crashed costs one lease time', async () => {
    const { here } = processes({ leaseWait: 500, leaseTime: 3_000 })
    const [{ token } = {}] = await here.store.lookup([{ key: '', ageMs: 0, shared: true }])
    if (!token) throw new Error('no token')
    await here.store.lease('"story"@"1"', { requiredToken: token, wasMiss: false }, 3_000)
    const { children, open } = gated('ours')
    open()
    here.clock.advance(3_000)
    const { value, report } = await show(here, children)
    expect(value).toBe('ours')
    await report
    expect(await here.stored('story')).toBeDefined()
  })

  it('a lease is taken for the time set, and given back', async () => {
    const { here } = processes({ leaseTime: 3_000 })
    const lease = vi.spyOn(here.store, 'lease')
    const release = vi.spyOn(here.store, 'release')
    const served = await show(here, async function* () {
      yield 'ours'
    })
    await served.report
    expect(lease).toHaveBeenCalledWith('"story"@"1"', expect.anything(), 3_000)
    expect(release).toHaveBeenCalledWith('"story"@"1"', await lease.mock.results[0]?.value)
  })

  it('fragments that wait for each other in two processes render after the wait', async () => {
    const { here, there } = processes({ leaseWait: 500 })
    const gate = createDeferred<void>()
    const nested = (site: FakeSite, outer: string, inner: string) => {
      const page = site.request()
      return page.fragment(outer, async function* () {
        await gate.promise
        yield `<${outer}>`
        yield page.fragment(inner, () => [`<${inner}>`])
      })
    }
    const shown = Promise.all([nested(here, 'a', 'b'), nested(there, 'b', 'a')])
    await flushEventLoop()
    gate.resolve()
    await flushEventLoop()
    await vi.advanceTimersByTimeAsync(500)
    const [one, other] = await shown
    expect(one).toMatch(/^<a><b>/)
    expect(other).toMatch(/^<b><a>/)
  })
})
