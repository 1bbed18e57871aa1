import { describe, expect, it, vi } from 'vitest'
import { createFragmentRequest, type FragmentRequestInput } from '../../../lib/core/fragmentRequest.ts'
import type { SyncServeOptions } from '../../../lib/core/serve/serveFragmentSync.ts'
import { serveFragmentSync } from '../../../lib/core/serve/serveFragmentSync.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'
import { fakeClock } from '../../support/fakeClock.ts'
import { createSite, type FakeSite, register } from '../../support/fakeSite.ts'

const decoder = new TextDecoder()

/** Creates a site with a stored fragment that depends on `x`, and a function that serves it synchronously. */
async function createVisitedSite({ ttl, swr }: { ttl?: number; swr?: number } = {}) {
  const clock = fakeClock()
  const store = memoryStore({ name: false, now: clock.now })
  const site = createSite({ clock, store })
  const { report } = await site.request().serve(
    'section',
    () => {
      register('x')
      return ['output']
    },
    { ttl, swr },
  )
  await report
  site.events.length = 0
  const visit = (options: Partial<FragmentRequestInput & SyncServeOptions<string>> = {}) =>
    serveFragmentSync<string>(
      site.engine,
      createFragmentRequest({ name: 'section', version: '1', ...options }),
      {
        peekDecoded: (payload) => ({ value: decoder.decode(payload) }),
        ...options,
      },
    )
  return { site, store, clock, visit }
}

describe('serveFragmentSync', () => {
  it('a decoded hit is served synchronously, and reported as a hit', async () => {
    const { site, clock, visit } = await createVisitedSite()
    clock.advance(2_000)
    const served = visit()
    const { report } = await site.request().serve('section', () => ['other'])
    const { key } = await report
    expect(served?.value).toContain('output')
    expect(served?.report).toEqual({
      name: 'section',
      key,
      parent: undefined,
      outcome: 'hit',
      reason: undefined,
      ageSeconds: 2,
      dependencies: ['x'],
      stored: true,
      bytes: expect.any(Number),
      durationMs: 0,
    })
    const [fromSync, fromLookup] = site.events
    expect(fromSync).toEqual(fromLookup)
    expect(fromSync).toMatchObject({ type: 'hit', local: false, ageSeconds: 2 })
  })

  it.each([
    ['it was expired', (site: FakeSite) => site.expire('x')],
    ['it was refreshed', (site: FakeSite) => site.refresh('x')],
  ])('no fragment is served synchronously when %s', async (_, invalidate) => {
    const { site, visit } = await createVisitedSite()
    await invalidate(site)
    expect(visit()).toBeUndefined()
  })

  it('a fragment is not served synchronously when it is stale or discarded by age', async () => {
    const { clock, visit } = await createVisitedSite({ ttl: 10, swr: 10 })
    expect(visit()).toBeDefined()
    clock.advance(10_000)
    expect(visit()).toBeUndefined()
    clock.advance(10_000)
    expect(visit()).toBeUndefined()
  })

  it.each(['stale', 'expired'] as const)(
    'a fragment is not served synchronously when the host finds it %s',
    async (verdict) => {
      const { visit } = await createVisitedSite()
      const checkHostFreshness = vi.fn(() => verdict)
      expect(visit({ checkHostFreshness })).toBeUndefined()
      expect(checkHostFreshness).toHaveBeenCalledOnce()
      expect(visit({ checkHostFreshness: () => 'fresh' })).toBeDefined()
    },
  )

  it('a fragment is not served synchronously when the check of the host throws', async () => {
    const { visit } = await createVisitedSite()
    const checkHostFreshness = () => {
      throw new Error('moved')
    }
    expect(visit({ checkHostFreshness })).toBeUndefined()
  })

  it('a fragment is not served synchronously when it is not stored or not decoded', async () => {
    const { site, visit } = await createVisitedSite()
    expect(visit({ peekDecoded: () => undefined })).toBeUndefined()
    expect(visit({ vary: ['other'] })).toBeUndefined()
    expect(visit({ version: '2' })).toBeUndefined()
    expect(site.events).toEqual([])
  })

  it('no fragment is served synchronously by a store without lookupSync', async () => {
    const { store, visit } = await createVisitedSite()
    delete store.lookupSync
    expect(visit()).toBeUndefined()
  })

  it('no fragment is served synchronously by a failing store, and an event reports it', async () => {
    const { site, store, visit } = await createVisitedSite()
    store.lookupSync = () => {
      throw new Error('out of order')
    }
    expect(visit()).toBeUndefined()
    expect(site.events).toEqual([
      {
        type: 'store-error',
        operation: 'lookup',
        error: expect.objectContaining({ message: 'out of order' }),
      },
    ])
  })

  it.each([
    [{ name: '' }, 'CC_INVALID_NAME'],
    [{ vary: [() => {}] }, 'CC_INVALID_VARY'],
    [{ version: '' }, 'CC_INVALID_VERSION'],
    [{ ttl: -1 }, 'CC_INVALID_TTL'],
    [{ exportAs: { format: 'other', key: 'a' } }, 'CC_INVALID_EXPORT'],
  ])('invalid options throw before the lookup: %j', async (options, code) => {
    const { visit } = await createVisitedSite()
    expect(() => visit(options)).toThrow(expect.objectContaining({ code }))
  })
})
