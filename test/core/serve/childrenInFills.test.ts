import { describe, expect, it, vi } from 'vitest'
import { createSite, type FakeSite, register } from '../../support/fakeSite.ts'

/** A parent and its child, which becomes stale before the parent. */
function createNested(site: FakeSite, render: () => string) {
  const page = site.request()
  const child = () =>
    page.fragment(
      'child',
      function* () {
        register('child:1')
        yield render()
      },
      { ttl: 10, swr: 1_000 },
    )
  return {
    child,
    parent: () =>
      page.serve('parent', async function* () {
        register('parent:1')
        yield `<${await child()}>`
      }),
    reports: page.reports,
  }
}

describe('inside a fill (rule 14)', () => {
  it('a stale child is rendered again, not embedded', async () => {
    const site = createSite()
    const first = createNested(site, () => 'old')
    await first.child()
    await first.reports()
    site.clock.advance(20_000)
    const { value, report } = await createNested(site, () => 'new').parent()
    expect(value).toBe('<new>')
    expect(await report).toMatchObject({ stored: true })
    expect(site.happened()).not.toContain('stale child')
  })

  it('a refreshed child is rendered again, not embedded', async () => {
    const site = createSite()
    const first = createNested(site, () => 'old')
    await (await first.parent()).report
    await site.refresh('child:1')
    await site.expire('parent:1')
    expect((await createNested(site, () => 'new').parent()).value).toBe('<new>')
  })

  it('a child is a hit while it is fresh', async () => {
    const site = createSite()
    await (await createNested(site, () => 'old').parent()).report
    await site.expire('parent:1')
    const render = vi.fn(() => 'new')
    expect((await createNested(site, render).parent()).value).toBe('<old>')
    expect(render).not.toHaveBeenCalled()
  })

  it('children are read from the shared store, never from a local copy', async () => {
    const site = createSite()
    const lookup = vi.spyOn(site.store, 'lookup')
    await (await createNested(site, () => 'old').parent()).report
    const childRequests = lookup.mock.calls.flat(2).filter(({ key }) => key.includes('child'))
    expect(childRequests.length).toBeGreaterThan(0)
    for (const request of childRequests) expect(request).toMatchObject({ shared: true })
  })

  it('a background fill of a stale parent does not embed stale children', async () => {
    const site = createSite()
    await (await createNested(site, () => 'old').parent()).report
    site.clock.advance(20_000)
    const committed = new Promise<void>((resolve) => {
      site.engine.events.on((event) => {
        if (event.type === 'commit' && event.fragment.name === 'parent') resolve()
      })
    })
    const { value } = await createNested(site, () => 'new').parent()
    expect(value).toBe('<old>')
    await committed
    expect((await createNested(site, () => 'newer').parent()).value).toBe('<new>')
  })
})
