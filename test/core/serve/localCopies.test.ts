import { describe, expect, it, vi } from 'vitest'
import type { FragmentStore, Lookup, LookupRequest } from '../../../lib/core/fragmentStore.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'
import { entryOf } from '../../support/entries.ts'
import { fakeClock } from '../../support/fakeClock.ts'
import { createSite, register } from '../../support/fakeSite.ts'

type LocalCopy = Pick<Lookup, 'entry' | 'markedStale'>

/** Creates a site on a store that answers from a local copy, except to shared lookups. */
function createSiteWith(local: LocalCopy) {
  const clock = fakeClock()
  const shared = memoryStore({ name: false, now: clock.now })
  const lookup = vi.fn(async (requests: readonly LookupRequest[]) => {
    const lookups = await shared.lookup(requests)
    return lookups.map((reply, index) =>
      requests[index]?.shared
        ? reply
        : { ...local, now: clock.now(), token: undefined, requiredToken: undefined },
    )
  })
  const store: FragmentStore = { ...shared, lookup }
  return { site: createSite({ clock, store }), shared, lookup, clock }
}

const text = (value: string) => new TextEncoder().encode(value)
const show = (page: ReturnType<ReturnType<typeof createSite>['request']>) =>
  page.serve('story', function* () {
    register('story:1')
    yield 'rendered'
  })

describe('a local copy', () => {
  it('a fresh local copy is served without a call of the shared store', async () => {
    const { site, lookup } = createSiteWith({
      entry: entryOf({ payload: text('local') }),
      markedStale: false,
    })
    const { value, report } = await show(site.request())
    expect(value).toBe('local')
    expect(await report).toMatchObject({ outcome: 'hit' })
    expect(lookup).toHaveBeenCalledOnce()
  })

  it.each<[string, LocalCopy]>([
    ['is absent', { entry: undefined, markedStale: false }],
    ['is stale', { entry: entryOf({ payload: text('local'), staleAt: 0 }), markedStale: false }],
    ['was refreshed', { entry: entryOf({ payload: text('local') }), markedStale: true }],
    ['is discarded', { entry: entryOf({ payload: text('local'), discardAt: 0 }), markedStale: false }],
    ['cannot be decoded', { entry: entryOf({ payload: Uint8Array.of(0xff) }), markedStale: false }],
    ['is of another format', { entry: entryOf({ format: 0 }), markedStale: false }],
  ])('a local copy that %s leads to the shared store', async (_, local) => {
    const { site, lookup } = createSiteWith(local)
    const first = await show(site.request())
    expect(first.value).toBe('rendered')
    // The fill has the token of the shared lookup, so it can be stored.
    expect(await first.report).toMatchObject({ outcome: 'miss', stored: true })
    expect(lookup.mock.calls.map(([requests]) => requests[0]?.shared)).toEqual([false, true])
    const second = await show(site.request())
    expect(await second.report).toMatchObject({ outcome: 'hit' })
  })

  it('a lookup without a local copy does not bypass the fence (rule 13)', async () => {
    const { site } = createSiteWith({ entry: undefined, markedStale: false })
    const page = site.request()
    await site.expire('story:1')
    expect(await (await show(page)).report).toMatchObject({ stored: false, reason: 'fenced' })
  })

  it('a local copy is not used inside a fill (rule 14)', async () => {
    const { site } = createSiteWith({ entry: entryOf({ payload: text('local') }), markedStale: false })
    const page = site.request()
    const { value } = await page.serve(
      'parent',
      async function* () {
        yield (await show(page)).value
      },
      { storedByHost: true },
    )
    expect(value).toBe('rendered')
  })

  it('a local copy is not used in output that the host stores (rule 14)', async () => {
    const { site } = createSiteWith({ entry: entryOf({ payload: text('local') }), markedStale: false })
    const { value } = await site.request().serve('story', () => ['rendered'], { storedByHost: true })
    expect(value).toBe('rendered')
  })

  it('a stale local copy leads to a render when the store is down (rule 19)', async () => {
    const { site, lookup } = createSiteWith({
      entry: entryOf({ payload: text('local'), staleAt: 0 }),
      markedStale: false,
    })
    const answer = lookup.getMockImplementation() as FragmentStore['lookup']
    lookup.mockImplementation((requests) =>
      requests.some(({ shared }) => shared)
        ? Promise.reject(new Error('connection lost'))
        : Promise.resolve(answer(requests)),
    )
    const { value, report } = await show(site.request())
    expect(value).toBe('rendered')
    expect(await report).toMatchObject({ outcome: 'miss', stored: false, reason: 'store-down' })
  })
})
