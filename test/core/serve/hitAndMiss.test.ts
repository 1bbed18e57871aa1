import { describe, expect, it, vi } from 'vitest'
import { ENTRY_FORMAT } from '../../../lib/core/fragmentStore.ts'
import { createSite, register } from '../../support/fakeSite.ts'

describe('a fragment (rule 1)', () => {
  it('a fragment runs its content once on a miss, and not at all on a hit', async () => {
    const site = createSite()
    const [story, list, section] = [vi.fn(), vi.fn(), vi.fn()]
    const show = (page = site.request()) =>
      page.fragment('section', async function* () {
        section()
        yield '<section>'
        yield page.fragment('list', async function* () {
          list()
          for (const id of [1, 2]) {
            yield page.fragment(
              'story',
              function* () {
                story(id)
                yield `Story ${id}`
              },
              { vary: [id] },
            )
          }
        })
        yield '</section>'
      })
    const runs = () => [story, list, section].map(({ mock }) => mock.calls.length)

    const first = site.request()
    expect(await show(first)).toBe('<section>Story 1Story 2</section>')
    await first.reports()
    expect(runs()).toEqual([2, 1, 1])
    expect(await show()).toBe('<section>Story 1Story 2</section>')
    expect(runs()).toEqual([2, 1, 1])
  })

  it('a fragment has a copy for each vary and each version', async () => {
    const site = createSite()
    const variants = [{}, { vary: [] }, { vary: ['en'] }, { vary: ['de'] }, { vary: ['en'], version: '2' }]
    for (const expected of ['miss', 'hit']) {
      const page = site.request()
      for (const [index, options] of variants.entries()) {
        expect(await page.fragment('section', () => [`output ${index}`], options)).toBe(`output ${index}`)
      }
      expect((await page.reports()).map(({ outcome }) => outcome)).toEqual(variants.map(() => expected))
    }
  })

  it('a fragment is stored with its lifetime, dependencies, route and payload', async () => {
    const site = createSite()
    const page = site.request()
    site.clock.advance(5)
    await page.fragment(
      'section',
      function* () {
        register('news/story:1', 'news/story:new')
        yield 'output'
      },
      { vary: ['en'], ttl: 60, swr: 30 },
    )
    await page.reports()
    // All times count from the moment at which the first data may have been read.
    const startedAt = site.clock.now() - 5
    expect(await site.stored('section', ['en'])).toEqual({
      format: ENTRY_FORMAT,
      name: 'section',
      createdAt: startedAt,
      staleAt: startedAt + 60_000,
      discardAt: startedAt + 90_000,
      dependencies: ['news/story:1', 'news/story:new'],
      route: '/page',
      payload: new TextEncoder().encode('output'),
    })
  })

  it('a fragment without ttl lives until it is expired', async () => {
    const site = createSite()
    const show = (page = site.request()) => page.serve('section', () => ['output'], { ttl: 0, swr: 60 })
    await (await show()).report
    site.clock.advance(1e12)
    expect(await (await show()).report).toMatchObject({ outcome: 'hit', ageSeconds: 1e9 })
  })
})

describe('a report', () => {
  const show = (site = createSite()) => {
    const page = site.request()
    return page.serve('outer', async function* () {
      register('story:1')
      yield page.fragment('inner', () => ['ünner'])
    })
  }

  it('a report has the reason, the dependencies and the parent of a miss or a hit', async () => {
    const site = createSite()
    const miss = await (await show(site)).report
    expect(miss).toEqual({
      name: 'outer',
      key: '"outer"@"1"',
      parent: undefined,
      outcome: 'miss',
      reason: 'absent',
      ageSeconds: null,
      dependencies: ['story:1'],
      stored: true,
      bytes: 6,
      durationMs: expect.any(Number),
    })
    site.clock.advance(1_500)
    const hit = await (await show(site)).report
    expect(hit).toEqual({
      ...miss,
      outcome: 'hit',
      reason: undefined,
      ageSeconds: 1.5,
      durationMs: 0,
    })
    expect(site.happened()).toEqual(['miss outer', 'miss inner', 'commit inner', 'commit outer', 'hit outer'])
    expect(site.events[1]).toMatchObject({ fragment: { name: 'inner', parent: '"outer"@"1"' } })
  })

  it('an event has durations in milliseconds and ages in seconds', async () => {
    const site = createSite()
    await (await show(site)).report
    const commit = site.events.find(({ type }) => type === 'commit')
    expect(commit).toMatchObject({ durationMs: expect.any(Number) })
    site.clock.advance(1_500)
    await (await show(site)).report
    expect(site.events.find(({ type }) => type === 'hit')).toMatchObject({ ageSeconds: 1.5 })
  })

  it('an event reports objects that are registered after a fragment was final', async () => {
    const site = createSite()
    const page = site.request()
    let later = () => {}
    const { report } = await page.serve(
      'section',
      async function* () {
        yield 'output'
      },
      { onScope: (scope) => void (later = () => scope.register(['late'])) },
    )
    await report
    later()
    expect(site.events.at(-1)).toMatchObject({
      type: 'late-registration',
      fragment: { name: 'section' },
      objects: ['late'],
    })
    expect((await site.stored('section'))?.dependencies).toEqual([])
  })
})

describe('a fragment with invalid options', () => {
  it.each<[string, string, object]>([
    ['CC_INVALID_NAME', '', {}],
    ['CC_INVALID_VARY', 'section', { vary: [() => {}] }],
    ['CC_INVALID_VERSION', 'section', { version: '' }],
    ['CC_INVALID_TTL', 'section', { ttl: -1 }],
    ['CC_INVALID_TTL', 'section', { swr: '5' }],
  ])('a fragment with invalid options rejects before it renders: %s', async (code, name, options) => {
    const site = createSite()
    const children = vi.fn(() => ['output'])
    await expect(site.request().fragment(name, children, options)).rejects.toMatchObject({ code })
    expect(children).not.toHaveBeenCalled()
    expect(site.events).toEqual([])
  })
})
