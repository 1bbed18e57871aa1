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

/** Serves a fragment around another one, which registers an object and has options. */
const serveInner = (page: FakeRequest, gate: Promise<void>, options: FragmentOptions) =>
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

const serveOutermost = (page: FakeRequest, gate: Promise<void>, options: FragmentOptions) =>
  page.serve('outermost', async function* () {
    register('own')
    yield page.fragment('outer', async function* () {
      yield (await serveInner(page, gate, options)).value
    })
  })

/** Renders the outermost fragment. The inner one is rendered, a hit, or joined. */
async function render(site: FakeSite, childOutcome: 'rendered' | 'hit' | 'joined', options: FragmentOptions) {
  const gate = createDeferred<void>()
  const page = site.request()
  if (childOutcome === 'rendered') {
    gate.resolve()
  } else if (childOutcome === 'hit') {
    gate.resolve()
    await (await serveInner(site.request(), gate.promise, options)).report
  } else {
    const other = serveInner(site.request(), gate.promise, options)
    const joined = site.next('join')
    const served = serveOutermost(page, gate.promise, options)
    expect(await joined).toMatchObject({ fragment: { name: 'inner' } })
    gate.resolve()
    await other
    return (await served).report
  }
  return (await serveOutermost(page, gate.promise, options)).report
}

describe.each(['rendered', 'hit', 'joined'] as const)(
  'rule 4: the ancestors of a child that is %s',
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
  'rule 4: the ancestors of a child that is %s',
  (childOutcome) => {
    it('an ancestor of an uncacheable child is not stored', async () => {
      const site = createSite()
      const report = await render(site, childOutcome, {
        onScope: (scope) => scope.markUncacheable('dynamic'),
      })
      expect(report).toMatchObject({ outcome: 'miss', stored: false, reason: 'nested' })
      for (const name of ['innermost', 'inner', 'outer', 'outermost'])
        expect(await site.stored(name)).toBeUndefined()
    })
  },
)

describe('the merged lifetime of a parent (rule 7)', () => {
  it('a parent gets the earliest of each moment, and all dependencies', async () => {
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

  it('a parent has no limit when no child has one', async () => {
    const site = createSite()
    const page = site.request()
    await page.fragment('parent', async function* () {
      yield page.fragment('child', () => ['.'])
    })
    await page.reports()
    expect(await site.stored('parent')).toMatchObject({ staleAt: Infinity, discardAt: Infinity })
  })

  it('a parent is not stored when one of its children is uncacheable', async () => {
    const site = createSite()
    const page = site.request()
    await page.fragment('parent', async function* () {
      yield page.fragment('good', () => ['.'])
      yield page.fragment('bad', () => ['.'], { onScope: (scope) => scope.markUncacheable('dynamic') })
    })
    await page.reports()
    expect(await site.stored('good')).toBeDefined()
    expect(await site.stored('parent')).toBeUndefined()
  })
})

describe('expiring an object (rule 6)', () => {
  /** The tree: section > (list > (story 1, story 2), aside). */
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

  it('an expiry renders only the fragment and its ancestors again', async () => {
    const site = createSite()
    await showSection(site)
    expect(await site.expire('story:2')).toBe(3)
    const { value, runs } = await showSection(site)
    expect(value).toBe('story:1story:2aside:1')
    expect(runs).toEqual(['section', 'list', 'story 2'])
    expect((await showSection(site)).runs).toEqual([])
  })

  it('an expiry in one branch leaves another branch unchanged', async () => {
    const site = createSite()
    await showSection(site)
    expect(await site.expire('aside:1')).toBe(2)
    expect((await showSection(site)).runs).toEqual(['section', 'aside'])
  })

  it('an expiry of an object without fragments leaves all fragments', async () => {
    const site = createSite()
    await showSection(site)
    expect(await site.expire('story:3')).toBe(0)
    expect((await showSection(site)).runs).toEqual([])
  })
})
