import { describe, expect, it } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import {
  createSite,
  type FakeRequest,
  type FakeSite,
  type FragmentOptions,
  register,
} from '../../support/fakeSite.ts'

const limits: FragmentOptions = { ttl: 10, swr: 5 }

/** An inner fragment in which a fragment is nested, that registers and is limited. */
const inner = (page: FakeRequest, gate: Promise<void>, options: FragmentOptions) =>
  page.serve('inner', async function* () {
    yield page.fragment(
      'innermost',
      async function* () {
        await gate
        register('story:1')
        yield 'Story 1'
      },
      options,
    )
  })

const outermost = (page: FakeRequest, gate: Promise<void>, options: FragmentOptions) =>
  page.serve('outermost', async function* () {
    register('own')
    yield page.fragment('outer', async function* () {
      yield (await inner(page, gate, options)).value
    })
  })

/** Renders the outermost fragment where the inner one is met in one of three ways. */
async function render(site: FakeSite, childOutcome: 'rendered' | 'hit' | 'joined', options: FragmentOptions) {
  const gate = createDeferred<void>()
  const page = site.request()
  if (childOutcome === 'rendered') {
    gate.resolve()
  } else if (childOutcome === 'hit') {
    gate.resolve()
    await (await inner(site.request(), gate.promise, options)).report
  } else {
    const other = inner(site.request(), gate.promise, options)
    const joined = site.next('join')
    const served = outermost(page, gate.promise, options)
    expect(await joined).toMatchObject({ fragment: { name: 'inner' } })
    gate.resolve()
    await other
    return (await served).report
  }
  return (await outermost(page, gate.promise, options)).report
}

describe.each(['rendered', 'hit', 'joined'] as const)(
  'rule 4: when a child is %s, its ancestors get',
  (childOutcome) => {
    it("an ancestor gets the child's dependencies", async () => {
      const site = createSite()
      const report = await render(site, childOutcome, {})
      expect([...report.dependencies].sort()).toEqual(['own', 'story:1'])
      for (const name of ['inner', 'outer'])
        expect((await site.stored(name))?.dependencies).toEqual(['story:1'])
      expect((await site.stored('outermost'))?.dependencies).toEqual(report.dependencies)
      expect(await site.expire('story:1')).toBe(4)
    })

    it("an ancestor gets the child's lifetime", async () => {
      const site = createSite()
      const now = site.clock.now()
      await render(site, childOutcome, limits)
      for (const name of ['innermost', 'inner', 'outer', 'outermost']) {
        expect(await site.stored(name)).toMatchObject({ staleAt: now + 10_000, discardAt: now + 15_000 })
      }
    })
  },
)

describe.each(['rendered', 'joined'] as const)(
  'rule 4: when a child is %s, its ancestors get',
  (childOutcome) => {
    it("an ancestor gets the child's refusal", async () => {
      const site = createSite()
      const report = await render(site, childOutcome, {
        onCapture: (scope) => scope.markUncacheable('dynamic'),
      })
      expect(report).toMatchObject({ outcome: 'miss', stored: false, reason: 'nested' })
      for (const name of ['innermost', 'inner', 'outer', 'outermost'])
        expect(await site.stored(name)).toBeUndefined()
    })
  },
)

describe('rule 7: what a parent gets from its children', () => {
  it('a parent gets the shortest of each moment, and all dependencies', async () => {
    const site = createSite()
    const now = site.clock.now()
    const page = site.request()
    await page.fragment(
      'parent',
      async function* () {
        register('a', 'b')
        for (const [ttl, swr] of [
          [30, 0],
          [20, 100],
          [0, 0],
        ] as const) {
          yield page.fragment(
            'child',
            function* () {
              register('b', `child:${ttl}`)
              yield '.'
            },
            { vary: [ttl], ttl, swr },
          )
        }
      },
      { ttl: 60, swr: 0 },
    )
    await page.reports()
    const parent = await site.stored('parent')
    expect(parent).toMatchObject({ staleAt: now + 20_000, discardAt: now + 30_000 })
    expect([...(parent?.dependencies ?? [])].sort()).toEqual(['a', 'b', 'child:0', 'child:20', 'child:30'])
  })

  it('a parent has no limit where no child has one', async () => {
    const site = createSite()
    const page = site.request()
    await page.fragment('parent', async function* () {
      yield page.fragment('child', () => ['.'])
    })
    await page.reports()
    expect(await site.stored('parent')).toMatchObject({ staleAt: Infinity, discardAt: Infinity })
  })

  it('a parent may not be stored when one child among many may not', async () => {
    const site = createSite()
    const page = site.request()
    await page.fragment('parent', async function* () {
      yield page.fragment('good', () => ['.'])
      yield page.fragment('bad', () => ['.'], { onCapture: (scope) => scope.markUncacheable('dynamic') })
    })
    await page.reports()
    expect(await site.stored('good')).toBeDefined()
    expect(await site.stored('parent')).toBeUndefined()
  })
})

describe('rule 6: expiring an object', () => {
  /** section > (list > (story 1, story 2), aside) */
  function showSection(site: FakeSite) {
    const page = site.request()
    const runs: string[] = []
    const leaf = (name: string, object: string) =>
      page.fragment(name, function* () {
        runs.push(name)
        register(object)
        yield object
      })
    const html = page.fragment('section', async function* () {
      runs.push('section')
      yield page.fragment('list', async function* () {
        runs.push('list')
        yield leaf('story 1', 'story:1')
        yield leaf('story 2', 'story:2')
      })
      yield leaf('aside', 'aside:1')
    })
    return html.then(async (value) => {
      await page.reports()
      return { value, runs }
    })
  }

  it('an expiry reaches the fragment and its ancestors, and only those render again', async () => {
    const site = createSite()
    await showSection(site)
    expect(await site.expire('story:2')).toBe(3)
    const { value, runs } = await showSection(site)
    expect(value).toBe('story:1story:2aside:1')
    expect(runs).toEqual(['section', 'list', 'story 2'])
    expect((await showSection(site)).runs).toEqual([])
  })

  it('an expiry in another branch leaves the first alone', async () => {
    const site = createSite()
    await showSection(site)
    expect(await site.expire('aside:1')).toBe(2)
    expect((await showSection(site)).runs).toEqual(['section', 'aside'])
  })

  it('an expiry of an object without fragments leaves everything', async () => {
    const site = createSite()
    await showSection(site)
    expect(await site.expire('story:3')).toBe(0)
    expect((await showSection(site)).runs).toEqual([])
  })
})
