import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
// @ts-expect-error a script, without types
import { formatPagesSection, formatSummarySection } from '../bench/pages/sections.mjs'
// @ts-expect-error a script, without types
import { depths, MAX_UNCACHED_DEPTH, shapes } from '../bench/pages/shapes.mjs'
// @ts-expect-error a script, without types
import { evaluateTargets } from '../bench/pages/targets.mjs'
// @ts-expect-error a script, without types
import { formatStorms } from '../bench/rebuild/formatStorms.mjs'
// @ts-expect-error a script, without types
import { summarizeStorms } from '../bench/rebuild/summarizeStorms.mjs'
import { shapes as shapesOfSite } from '../bench/site/lib/shapes.ts'

type Mode = { name: string; modes: string[] }

const createMode = (cpu: number) => ({
  bytes: 200_000,
  sent: 10_000,
  server: [{ cpu, perSecond: 1000 / cpu, content: cpu, last: cpu }],
})
/** The same figures in each mode, apart from the cost of an edit. */
const createShape = ({ modes }: Mode, edit: number) =>
  Object.fromEntries(modes.map((name) => [name, createMode(name === 'edit' ? edit : 20)]))

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

interface Target {
  part: string
  title: string
  met: Record<string, boolean>
}

const findTarget = (targets: Target[], part: string, title: string) =>
  targets.find((target) => target.part === part && target.title.startsWith(title))

describe('the page benchmark', () => {
  it('a target is evaluated for each build', () => {
    const targets = evaluateTargets(createResults({ edit: 5 }))
    const edit = findTarget(targets, '20x30-nested', 'after an edit of one row against no cache')
    expect(edit?.met).toEqual({ on: true, off: false })
  })

  it('a cost per level that grows with the depth misses a target', () => {
    const results = createResults({ perLevel: 1 })
    const isLinear = () => findTarget(evaluateTargets(results), 'deep', 'cold, CPU of a level beyond')?.met
    expect(isLinear()).toEqual({ on: true })
    const { deep } = results
    for (const levels of depths) deep.on[levels] = { ...deep.on[levels], miss: createMode(levels ** 2 / 100) }
    expect(isLinear()).toEqual({ on: false })
  })

  it('the report has a table of each shape, and targets with their verdict', () => {
    const results = createResults({ edit: 5 })
    const settings = { rounds: 1, seconds: 1, loads: 1, nodeVersion: 'v20', buildNames: ['on', 'off'] }
    const text = formatPagesSection(results, evaluateTargets(results), settings)
    for (const { name } of shapes) expect(text).toContain(`\n### ${name}: `)
    expect(text).toContain('CPU | ≤ 0.3× | 0.25× | met | 1.00× | **missed** |')
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
