import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Children } from '../../support/fakeFlight.ts'
import { createSite, type FakeSite, register, type SiteOptions } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

// Where output is stored once more around it, a stale copy is not served unless rendering it anew fails.
const show = (site: FakeSite, children: Children, options: object = {}) =>
  site.request().serve('story', children, { ttl: 10, swr: 20, storedByHost: true, ...options })

/** A site that has a stale copy. */
async function stale(options?: SiteOptions) {
  const site = createSite(options)
  const served = await show(site, function* () {
    register('story:1')
    yield 'old'
  })
  await served.report
  site.clock.advance(15_000)
  return site
}

const fail = (): never => {
  throw new Error('database is away')
}

afterEach(() => void vi.useRealTimers())

describe('rule 16: where a stale copy exists', () => {
  it('the fill is waited for when it succeeds', async () => {
    const site = await stale()
    const { value, report } = await show(site, () => ['new'])
    expect(value).toBe('new')
    expect(await report).toMatchObject({ outcome: 'miss', stored: true })
  })

  it.each<[string, Children]>([
    ['throws at once', fail],
    [
      'throws after a part',
      async function* () {
        yield 'half'
        await flushEventLoop()
        yield fail()
      },
    ],
  ])('the stale copy is served when the fill %s', async (_, children) => {
    const site = await stale()
    const { value, report } = await show(site, children)
    expect(value).toBe('old')
    expect(await report).toMatchObject({ outcome: 'stale', reason: 'ttl', dependencies: ['story:1'] })
    expect(site.happened()).toContain('fail-safe story')
    expect(new TextDecoder().decode((await site.stored('story'))?.payload)).toBe('old')
  })

  it('the stale copy is served when the fill reads private data', async () => {
    const site = await stale()
    const { value } = await show(site, () => ['for one'], {
      onCapture: (scope: { markUncacheable(reason: 'request-data'): void }) =>
        scope.markUncacheable('request-data'),
    })
    expect(value).toBe('old')
  })

  it('the stale copy is served when the fill takes too long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const site = await stale({ fillTimeout: 1_000 })
    const served = show(site, async function* () {
      yield 'half'
      await new Promise(() => {})
    })
    await vi.advanceTimersByTimeAsync(1_000)
    expect((await served).value).toBe('old')
    expect(site.events.find(({ type }) => type === 'fail-safe')).toMatchObject({
      reason: 'timeout',
      ageSeconds: 15,
    })
  })

  it('the stale copy does not replace a notFound() or a redirect()', async () => {
    const site = await stale()
    const { value } = await show(site, () => ['gone'], {
      onCapture: (scope: { markUncacheable(reason: 'control-flow'): void }) =>
        scope.markUncacheable('control-flow'),
    })
    expect(value).toBe('gone')
  })

  it('the stale copy is not served once its time is up', async () => {
    const site = await stale()
    site.clock.advance(20_000)
    await expect(show(site, fail)).rejects.toThrow('database is away')
  })
})

describe('rule 16: a parent that holds a stale copy for want of a better one', () => {
  it('a parent of a fallback copy is shown and not stored', async () => {
    const site = await stale()
    const page = site.request()
    const { value, report } = await page.serve('parent', async function* () {
      yield `<${await page.fragment('story', fail, { ttl: 10, swr: 20 })}>`
    })
    expect(value).toBe('<old>')
    expect(await report).toMatchObject({ stored: false, reason: 'nested' })
    expect(await site.stored('parent')).toBeUndefined()
  })
})
