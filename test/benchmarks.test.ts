import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
// @ts-expect-error a script, without types
import { formatPagesSection, formatRedisSection, formatSummarySection } from '../bench/pages/sections.mjs'
// @ts-expect-error a script, without types
import { depths, MAX_UNCACHED_DEPTH, redisShapes, shapes } from '../bench/pages/shapes.mjs'
// @ts-expect-error a script, without types
import { evaluateTargets } from '../bench/pages/targets.mjs'
// @ts-expect-error a script, without types
import { formatStorms } from '../bench/rebuild/formatStorms.mjs'
// @ts-expect-error a script, without types
import { summarizeStorms } from '../bench/rebuild/summarizeStorms.mjs'
import { shapes as shapesOfSite } from '../bench/site/lib/shapes.ts'

type Mode = { name: string; modes: string[] }

/** @param rounds the CPU time of each */
const createMode = (...rounds: number[]) => ({
  bytes: 200_000,
  sent: 10_000,
  server: rounds.map((cpu) => ({ cpu, perSecond: 1000 / cpu, content: cpu, last: cpu })),
})
/** The same figures in each mode, apart from the cost of a page after an edit, and of the request that edits. */
const createShape = ({ modes }: Mode, edit: number) =>
  Object.fromEntries(
    modes.map((name) => [name, createMode({ edit: edit + 2, 'edit-request': 2 }[name] ?? 20)]),
  )

function createResults({ edit = 20, perLevel = 1 }) {
  const results = Object.fromEntries(
    (shapes as Mode[]).map((shape) => {
      return [shape.name, { on: createShape(shape, edit), off: createShape(shape, 20) }]
    }),
  )
  const deep: Record<number, Record<string, ReturnType<typeof createMode>>> = {}
  for (const levels of depths)
    deep[levels] = {
      hit: createMode(3),
      miss: createMode(3 + levels * perLevel),
      ...(levels <= MAX_UNCACHED_DEPTH && { 'no-cache': createMode(9) }),
    }
  return { ...results, deep: { on: deep } }
}

function createRedisResults({ edit = 20 }) {
  const titles = ['no cache', "`'use cache: remote'`, HANDLER", 'this library']
  const names = ['no-cache', 'use-cache-remote', 'hit']
  return {
    hits: names.map((name, index) => ({ name, title: titles[index], ...createMode(20) })),
    pages: Object.fromEntries(
      (redisShapes as Mode[]).map((shape) => [shape.name, { on: createShape(shape, edit) }]),
    ),
  }
}

interface Target {
  part: string
  title: string
  measured: Record<string, { value: number; rounds: number[] }>
  verdicts: Record<string, string>
}

const findTarget = (targets: Target[], part: string, title: string) =>
  targets.find((target) => target.part === part && target.title.startsWith(title))

describe('the page benchmark', () => {
  it('a target is evaluated for each build', () => {
    const targets = evaluateTargets(createResults({ edit: 5 }))
    const edit = findTarget(targets, '20x30-nested', 'after an edit of one row against no cache')
    expect(edit?.verdicts).toEqual({ on: 'met', off: 'missed' })
  })

  it('a target after an edit leaves out the request that edits, in each round', () => {
    const on = {
      // The ratio is the same in each round, but the median of the edits belongs to another round once it is subtracted.
      edit: createMode(9, 60, 30),
      'edit-request': createMode(4, 10, 20),
      'no-cache': createMode(20, 200, 40),
      hit: createMode(2.5, 25, 5),
      miss: createMode(20, 200, 40),
    }
    const targets = evaluateTargets({ '20x30-nested': { on } })
    const measured = ['no cache', 'hits'].map((other) => {
      const title = `after an edit of one row against ${other}, CPU without the request that edits`
      return findTarget(targets, '20x30-nested', title)?.measured
    })
    expect(measured).toEqual([
      { on: { value: 0.25, rounds: [0.25, 0.25, 0.25] } },
      { on: { value: 2, rounds: [2, 2, 2] } },
    ])
  })

  it('a target after an edit is missing where the request that edits was not measured', () => {
    const { 'edit-request': _, ...on } = createShape(redisShapes[0], 5)
    const targets = evaluateTargets({ '20x30-nested': { on } })
    expect(findTarget(targets, '20x30-nested', 'after an edit')).toBeUndefined()
    expect(findTarget(targets, '20x30-nested', 'cold')).toBeDefined()
  })

  it.each(['20x30-nested', '6x20-nested'])('edits of %s are measured in memory and from Redis', (name) => {
    const selected = [...shapes, ...redisShapes].filter((shape) =>
      [name, `Redis, ${name}`].includes(shape.name),
    )
    expect(selected).toHaveLength(2)
    for (const { modes } of selected) expect(modes).toEqual(expect.arrayContaining(['edit', 'edit-request']))
  })

  it('a hit of cards has targets for the server, the document and the browser', () => {
    const browser = { heap: 4e6, task: 100, listeners: 1000 }
    const on = {
      ...createShape(
        shapes.find(({ name }: Mode) => name === 'cards'),
        20,
      ),
      'use-cache': { ...createMode(20), browser: [browser] },
      hit: { ...createMode(3), bytes: 80_000, sent: 7000, browser: [{ ...browser, heap: 3e6, task: 50 }] },
    }
    const cards: Target[] = evaluateTargets({ cards: { on } })
    expect(cards.map(({ title, measured, verdicts }) => [title, measured.on?.value, verdicts.on])).toEqual([
      ['hits against no cache, CPU', 0.15, 'met'],
      ['hits against the prerendered page, CPU', 0.15, 'met'],
      ['hits against hits with `<a>` and `<img>`, CPU', 0.15, undefined],
      ['hits against no cache, uncompressed bytes', 0.4, 'met'],
      ['hits against no cache, compressed bytes', 0.7, 'missed'],
      ["hits against `'use cache'`, JS heap after load", 0.75, 'missed'],
      ["hits against `'use cache'`, task time to interactive", 0.5, 'met'],
      ['cold against no cache, CPU', 1, 'met'],
    ])
    const text = formatPagesSection({ cards: { on } }, cards, { ...settings, bare: browser })
    expect(text).toContain('| this library, hits | 6.8 | 78.1 | 3.00 | 0.75× | 50 | 0.50× | 1000 |')
    expect(text).toContain('the page with only two islands has 1000')
    expect(text).not.toMatch(/undefined|NaN/)
  })

  it('pages from Redis have targets of their own', () => {
    const { pages } = createRedisResults({ edit: 5 })
    pages['Redis, 100x3'] = { on: { ...pages['Redis, 100x3']?.on, miss: createMode(40) } }
    const targets: Target[] = evaluateTargets(pages)
    expect(targets.map(({ part, title, verdicts }) => [part, title.split(',')[0], verdicts.on])).toEqual([
      ['Redis, 20x30-nested', 'after an edit of one row against no cache', 'met'],
      ['Redis, 20x30-nested', 'after an edit of one row against hits', 'met'],
      ['Redis, 20x30-nested', 'cold against no cache', 'met'],
      ['Redis, 6x20-nested', 'after an edit of one row against no cache', 'met'],
      ['Redis, 6x20-nested', 'cold against no cache', 'met'],
      ['Redis, 100x3', 'cold against no cache', 'missed'],
    ])
  })

  it('a cost per level that grows with the depth misses a target', () => {
    const results = createResults({ perLevel: 1 })
    const judgeLevels = () =>
      findTarget(evaluateTargets(results), 'deep', 'cold, CPU of a level beyond')?.verdicts
    expect(judgeLevels()).toEqual({ on: 'met' })
    const { deep } = results
    for (const levels of depths) deep.on[levels] = { ...deep.on[levels], miss: createMode(levels ** 2 / 100) }
    expect(judgeLevels()).toEqual({ on: 'missed' })
  })

  it('noise that makes a deeper page faster meets no target', () => {
    const results = createResults({})
    results.deep.on[200] = { ...results.deep.on[200], miss: createMode(1) }
    const target = findTarget(evaluateTargets(results), 'deep', 'cold, CPU of a level beyond')
    expect(target).toMatchObject({ measured: { on: { value: Infinity } }, verdicts: { on: 'missed' } })
  })

  const settings = {
    rounds: 1,
    seconds: 1,
    loads: 1,
    seed: 42,
    nodeVersion: 'v20',
    buildNames: ['on', 'off'],
  }

  it('the report has a table of each shape, and targets with their verdict', () => {
    const results = createResults({ edit: 5 })
    const text = formatPagesSection(results, evaluateTargets(results), settings)
    for (const { name } of shapes) expect(text).toContain(`\n### ${name}: `)
    expect(text).toContain('CPU without the request that edits | ≤ 0.3× | 0.25× | met | 1.00× | **missed** |')
    expect(text).not.toMatch(/undefined|NaN/)
  })

  it('the report has the front page of the demo, against its build without the library', () => {
    const results = { demo: { off: { 'no-cache': createMode(20), hit: createMode(5) } } }
    const text = formatPagesSection(results, evaluateTargets(results), settings)
    expect(text).toContain('| demo | hits against no cache, CPU | ≤ 0.4× | 0.25× | met |')
    expect(text).toMatch(/\n### demo: .*\n\n(\|.*\n)+\n(\|.*\n)+\nThe page has 30 fragments/)
    expect(text).not.toMatch(/undefined|NaN/)
  })

  it('the report of Redis has targets, hits, and a table of each shape', () => {
    const redis = createRedisResults({ edit: 10 })
    const text = formatRedisSection(redis, evaluateTargets(redis.pages), settings)
    for (const { name } of redisShapes) expect(text).toContain(`\n### ${name}: `)
    expect(text).toContain('| Redis, 20x30-nested | after an edit of one row against no cache, CPU without')
    expect(text).toContain(' | ≤ 0.3× | 0.50× | **missed** |')
    expect(text).toContain('| the request that edits, included above | 2.0 | 0.10× |')
    expect(text).not.toMatch(/undefined|NaN/)
  })

  it("README's figures are missing after a run that left a part of them out", () => {
    const results = createResults({})
    expect(formatSummarySection(results)).toMatch(/^\| 20 fragments/m)
    expect(formatSummarySection({ ...results, '100x3': undefined })).toBeUndefined()
  })

  it('every shape is a page of the site', () => {
    const names = shapes
      .map(({ name }: Mode) => name)
      .filter((name: string) => name !== 'waiting' && name !== 'prefetch')
    const pages = [...names, ...depths.map((levels: number) => `deep-${levels}`), 'bare', 'empty']
    expect(pages.toSorted()).toEqual(Object.keys(shapesOfSite).toSorted())
  })

  it('the help names all options', () => {
    const args = ['bench/run.mjs', '--help']
    const printed = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 })
    for (const option of [
      'only',
      'build',
      'no-build',
      'node',
      'rounds',
      'seconds',
      'loads',
      'seed',
      'readme',
      'json',
    ])
      expect(printed).toContain(`--${option}`)
  })
})

describe('the rebuild benchmark', () => {
  it('a storm is compared with the requests without a cache in its round', () => {
    const rounds = [5, 20, 60].map((cpu) => ({ rebuilds: 8, cpu }))
    const uncached = [10, 50, 200].map((cpu) => ({ cpu }))
    const storm = summarizeStorms({ rounds, uncached, stalePages: 0 })
    expect(storm).toMatchObject({ rebuilds: 24, cpuPerRebuild: 20, cpuPerUncachedRequest: 50, ratio: 0.4 })
    const text = formatStorms(storm)
    expect(text).toContain('| a rebuild by the worker | 20.0 | 0.40× |')
    expect(text).toContain('3 rounds with 24 rebuilds')
    expect(text).not.toMatch(/undefined|NaN/)
  })

  it('the help of the rebuild benchmark names all options', () => {
    const args = ['bench/rebuild/run.mjs', '--help']
    const printed = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 })
    for (const option of ['seconds', 'rounds', 'readers', 'edits', 'storms', 'storm-only', 'json', 'dry'])
      expect(printed).toContain(`--${option}`)
  })
})
