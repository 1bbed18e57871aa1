import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Children, decode } from '../../support/fakeFlight.ts'
import { createSite, type FakeSite, register, type SiteOptions } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

// When the host stores the output, a stale copy is served only if a new render fails.
const show = (site: FakeSite, children: Children, options: object = {}) =>
  site.request().serve('story', children, { ttl: 10, swr: 20, storedByHost: true, ...options })

/** Creates a site with a stale copy. */
async function createStaleSite(options?: SiteOptions) {
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
  throw new Error('database is down')
}

afterEach(() => void vi.useRealTimers())

describe('a fill over a stale copy (rule 16)', () => {
  it('a reader waits for the fill over a stale copy and gets its output', async () => {
    const site = await createStaleSite()
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
    const site = await createStaleSite()
    const { value, report } = await show(site, children)
    expect(value).toBe('old')
    expect(await report).toMatchObject({ outcome: 'stale', reason: 'ttl', dependencies: ['story:1'] })
    expect(site.happened()).toContain('fail-safe story')
    expect(new TextDecoder().decode((await site.stored('story'))?.payload)).toBe('old')
  })

  it('the stale copy is served when the fill reads request data', async () => {
    const site = await createStaleSite()
    const { value } = await show(site, () => ['private'], {
      onScope: (scope: { markUncacheable(reason: 'request-data'): void }) =>
        scope.markUncacheable('request-data'),
    })
    expect(value).toBe('old')
  })

  it('the stale copy is served when the fill takes too long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const site = await createStaleSite({ fillTimeout: 1_000 })
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

  it('the stale copy is not decoded unless the fill fails', async () => {
    const site = await createStaleSite()
    const decoded: string[] = []
    const options = {
      decode: async (body: Parameters<typeof decode>[0]) => {
        const text = await decode(body)
        decoded.push(text)
        return text
      },
    }
    await show(site, fail, options)
    expect(decoded).toEqual(['old'])
    await show(site, () => ['new'], options)
    expect(decoded).toEqual(['old', 'new'])
  })

  it('the error of the fill is thrown when the stale copy cannot be decoded', async () => {
    const site = await createStaleSite()
    const served = show(site, fail, {
      decode: async (body: Parameters<typeof decode>[0]) => {
        if (body instanceof Uint8Array) throw new Error('unreadable')
        return decode(body)
      },
    })
    await expect(served).rejects.toThrow('database is down')
    expect(site.happened()).not.toContain('fail-safe story')
  })

  it('the stale copy does not replace a notFound() or a redirect()', async () => {
    const site = await createStaleSite()
    const { value } = await show(site, () => ['gone'], {
      onScope: (scope: { markUncacheable(reason: 'control-flow'): void }) =>
        scope.markUncacheable('control-flow'),
    })
    expect(value).toBe('gone')
  })

  it('the stale copy is not served after its discard time', async () => {
    const site = await createStaleSite()
    site.clock.advance(20_000)
    await expect(show(site, fail)).rejects.toThrow('database is down')
  })
})

describe('a parent of a stale copy (rule 16)', () => {
  it('a parent that embeds a fallback copy is shown and not stored', async () => {
    const site = await createStaleSite()
    const page = site.request()
    const { value, report } = await page.serve('parent', async function* () {
      yield `<${await page.fragment('story', fail, { ttl: 10, swr: 20 })}>`
    })
    expect(value).toBe('<old>')
    expect(await report).toMatchObject({ stored: false, reason: 'nested' })
    expect(await site.stored('parent')).toBeUndefined()
  })
})
