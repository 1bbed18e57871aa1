import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'
import { fakeClock } from '../../support/fakeClock.ts'
import { createSite, type FakeSite, register } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

type Operation = Exclude<
  keyof FragmentStore,
  'kind' | 'isLocal' | 'subscribe' | 'getFollowedToken' | 'lookupSync' | 'derived'
>

/** Creates a site on a store on which the operations fail. */
function createSiteWithout(...operations: Operation[]) {
  const clock = fakeClock()
  const store = { ...memoryStore({ name: false, now: clock.now }), isLocal: false }
  for (const operation of operations) {
    store[operation] = vi.fn(() => Promise.reject(new Error(`${operation} failed`)))
  }
  return createSite({ clock, store })
}

const showNested = async (site: FakeSite) => {
  const page = site.request()
  const value = await page.fragment('outer', async function* () {
    register('story:1')
    yield `<${await page.fragment('inner', () => ['inner'])}>`
  })
  return { value, reports: await page.reports() }
}

const getFailures = (site: FakeSite) =>
  site.events.flatMap((event) => (event.type === 'store-error' ? [event.operation] : []))

describe('a page on a failing store (rule 19)', () => {
  it('a page is rendered uncached when the store cannot be read', async () => {
    const site = createSiteWithout('lookup')
    for (const visit of [1, 2]) {
      const { value, reports } = await showNested(site)
      expect([visit, value]).toEqual([visit, '<inner>'])
      for (const report of reports) expect(report).toMatchObject({ outcome: 'miss', stored: false })
    }
    expect(getFailures(site)).toEqual(['lookup', 'lookup', 'lookup', 'lookup'])
    expect(site.events).toContainEqual(expect.objectContaining({ type: 'uncacheable', reason: 'store-down' }))
  })

  it('a page skips the store after its failure', async () => {
    const site = createSiteWithout('lookup')
    const others = (['commit', 'lease', 'waitForRelease', 'release'] as const).map((name) =>
      vi.spyOn(site.store, name),
    )
    await showNested(site)
    for (const other of others) expect(other).not.toHaveBeenCalled()
  })

  it('a page is rendered when the store refuses entries', async () => {
    const site = createSiteWithout('commit')
    for (const visit of [1, 2]) {
      const { value, reports } = await showNested(site)
      expect([visit, value]).toEqual([visit, '<inner>'])
      for (const report of reports) expect(report).toMatchObject({ outcome: 'miss', stored: false })
    }
    expect(getFailures(site)).toEqual(['commit', 'commit', 'commit', 'commit'])
  })

  it('a page is rendered before the store answers a commit', async () => {
    const site = createSite()
    site.store.commit = () => new Promise(() => {})
    const page = site.request()
    expect(await page.fragment('section', () => ['output'])).toBe('output')
  })

  it('a page is stored when only leases fail', async () => {
    const site = createSiteWithout('lease')
    expect((await showNested(site)).reports.map(({ stored }) => stored)).toEqual([true, true])
    // The lookup of the nested fragment acquires its lease.
    expect(getFailures(site)).toEqual(['lease'])
    expect((await showNested(site)).reports.map(({ outcome }) => outcome)).toEqual(['hit'])
  })

  it('a page is stored when a lease cannot be released', async () => {
    const site = createSiteWithout('release')
    expect((await showNested(site)).reports.map(({ stored }) => stored)).toEqual([true, true])
    expect(getFailures(site)).toEqual(['release', 'release'])
  })

  it('a page is stored when the wait for a lease fails', async () => {
    const site = createSiteWithout('waitForRelease')
    site.store.lease = async () => undefined
    expect((await showNested(site)).reports.map(({ stored }) => stored)).toEqual([true, true])
  })

  it('a page is rendered when the store throws synchronously', async () => {
    const site = createSite()
    site.store.lookup = () => {
      throw new Error('not connected')
    }
    expect((await showNested(site)).value).toBe('<inner>')
  })

  it('a page is stored again as soon as the store is back', async () => {
    const site = createSite()
    const { lookup } = site.store
    site.store.lookup = () => Promise.reject(new Error('connection lost'))
    await showNested(site)
    site.store.lookup = lookup
    expect((await showNested(site)).reports.map(({ stored }) => stored)).toEqual([true, true])
  })

  it('a parent is not stored when the store fails before the lookup of its child', async () => {
    const site = createSite()
    const page = site.request()
    const { value, report } = await page.serve('outer', async function* () {
      site.store.lookup = () => Promise.reject(new Error('connection lost'))
      yield `<${await page.fragment('inner', () => ['inner'])}>`
    })
    expect(value).toBe('<inner>')
    expect(await report).toMatchObject({ stored: false, reason: 'store-down' })
  })

  it('a failing store and a failing render cause no unhandled rejection', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    try {
      const site = createSiteWithout('lookup', 'commit', 'lease', 'release', 'waitForRelease')
      await site
        .request()
        .fragment('section', function* () {
          yield 'half'
          throw new Error('render failed')
        })
        .catch(() => {})
      await showNested(site)
      await flushEventLoop()
      expect(unhandled).not.toHaveBeenCalled()
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })
})

describe('a store that does not answer (rule 19)', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  it.each<[Operation, boolean]>([
    ['lookup', false],
    ['commit', false],
    ['lease', true],
    ['release', true],
    ['waitForRelease', true],
  ])('a silent store costs the page a bounded time: %s', async (operation, stored) => {
    const site = createSite({ isLocal: false, storeTimeout: 300, leaseWait: 200 })
    if (operation === 'waitForRelease') site.store.lease = async () => undefined
    site.store[operation] = (): Promise<never> => new Promise(() => {})
    const serving = site.request().serve('section', () => ['output'])
    await vi.advanceTimersByTimeAsync(500)
    const { value, report } = await serving
    expect(value).toBe('output')
    expect(await report).toMatchObject({ stored })
    expect(site.events).toContainEqual(
      expect.objectContaining({
        type: 'store-error',
        error: expect.objectContaining({ code: 'CC_STORE_TIMEOUT' }),
      }),
    )
    // No wait is left for the next visitor.
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a page waits for the lease of another process longer than for an answer', async () => {
    const site = createSite({ isLocal: false, storeTimeout: 300, leaseWait: 2_000 })
    site.store.lease = async () => undefined
    site.store.waitForRelease = (_, milliseconds) =>
      new Promise((resolve) => setTimeout(resolve, milliseconds))
    const serving = site.request().serve('section', () => ['output'])
    await vi.advanceTimersByTimeAsync(2_000)
    expect((await serving).value).toBe('output')
    expect(getFailures(site)).toEqual([])
  })
})

describe('a fragment too large for the store', () => {
  it('a fragment too large for the store is rendered for each request', async () => {
    const clock = fakeClock()
    const site = createSite({ clock, store: memoryStore({ name: false, now: clock.now, maxBytes: 1_000 }) })
    const page = site.request()
    const { report } = await page.serve('section', () => ['x'.repeat(2_000)])
    expect(await report).toMatchObject({ outcome: 'miss', stored: false, reason: 'too-large' })
    expect(await page.fragment('section', () => ['y'])).toBe('y')
  })
})
