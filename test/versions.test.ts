import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import semver from 'semver'
import { describe, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
// @ts-expect-error a script, without types
import * as plan from '../scripts/matrix/plan.mjs'
import {
  addResults,
  formatPage,
  formatSupportedVersions,
  readResults,
  replaceSupportedVersions,
  // @ts-expect-error a script, without types
} from '../scripts/matrix/results.mjs'
import { componentLibraries } from './matrix/componentLibraries.ts'
import libraryManifest from './matrix/libraries/package.json' with { type: 'json' }

const { formatCachingTitle, listCachingRuns, listCombinations, matchesNextVersion, selectNextVersions } = plan
const { peerDependencies } = packageJson
const page = readFileSync('docs/versions.md', 'utf8')
const readme = readFileSync('README.md', 'utf8')

const row = (next: string, node: string, failed = 0, bundler = 'Turbopack') => ({
  next,
  node,
  bundler,
  cacheComponents: true,
  mode: 'build',
  passed: 60 - failed,
  failed,
  date: '2026-11-28',
})

const cachingRow = (next: string, node: string, failed = 0, cacheComponents = true) => ({
  next,
  node,
  cacheComponents,
  passed: 90 - failed,
  failed,
  date: '2026-11-28',
})

describe('docs/versions.md', () => {
  it('docs/versions.md matches the output of its script and the peer ranges', () => {
    expect(page).toBe(formatPage(readResults(page), peerDependencies))
    expect(page).toContain(`\`${peerDependencies.next}\``)
  })

  it('README.md has the line of versions that follows from docs/versions.md', () => {
    expect(readme).toBe(replaceSupportedVersions(readme, readResults(page)))
  })

  it('docs/versions.md lists only versions of Next that the package accepts', () => {
    const { sites, caches } = readResults(page)
    const nexts: string[] = [...sites, ...caches].map(({ next }: { next: string }) => next)
    expect(nexts.filter((next) => !semver.satisfies(next, peerDependencies.next))).toEqual([])
  })
})

describe('the matrix of versions', () => {
  const offered = ['16.0.9', '16.1.10', '16.1.9', '16.2.0', '16.3.0-canary.4', '16.3.0-canary.20', '15.5.0']

  it('the matrix has the newest patch of each minor and the newest prerelease', () => {
    expect(selectNextVersions(offered, '>=16.1')).toEqual(['16.1.10', '16.2.0', '16.3.0-canary.20'])
  })

  it('the matrix has no prerelease of a released version', () => {
    expect(selectNextVersions([...offered, '16.3.0'], '>=16.1')).toEqual(['16.1.10', '16.2.0', '16.3.0'])
  })

  it('the matrix covers each version of Node with each bundler', () => {
    const nodes = ['20.1.0', '24.1.0']
    const bundlers = ['Turbopack', 'webpack']
    const combinations: ReturnType<typeof row>[] = listCombinations({ next: '16.4.6', nodes, bundlers })
    for (const node of nodes) {
      const covered = combinations.filter((combination) => combination.node === node)
      expect([...new Set(covered.map(({ bundler }) => bundler))]).toEqual(bundlers)
    }
  })

  it("the caching site runs on each Node only with the project's minor of Next", () => {
    const nodes = ['20.1.0', '22.1.0', '24.1.0']
    const titlesOf = (next: string) =>
      listCachingRuns({ next, nodes, ownNext: '16.4.6' }).flat().map(formatCachingTitle)
    expect(titlesOf('16.4.7')).toEqual(
      nodes.flatMap((node) => [
        `Next 16.4.7, Node ${node}, caching site, cacheComponents`,
        `Next 16.4.7, Node ${node}, caching site`,
      ]),
    )
    for (const next of ['16.3.8', '16.4.7-canary.1', '16.5.0-canary.1'])
      expect(titlesOf(next)).toEqual([
        `Next ${next}, Node 24.1.0, caching site, cacheComponents`,
        `Next ${next}, Node 24.1.0, caching site`,
      ])
  })

  it('the matrix is filtered by a line of Next, an exact version, or "prerelease"', () => {
    expect(matchesNextVersion('16.4.6', '16.4')).toBe(true)
    expect(matchesNextVersion('16.4.6', '16.4.6')).toBe(true)
    expect(matchesNextVersion('16.5.0-canary.1', '16.5')).toBe(false)
    expect(matchesNextVersion('16.5.0-canary.1', 'prerelease')).toBe(true)
  })

  it('the matrix prints its usage', () => {
    const usage = execFileSync(process.execPath, ['scripts/test-matrix.mjs', '--help'], { encoding: 'utf8' })
    for (const flag of ['--next', '--node', '--bundler', '--help']) expect(usage).toContain(flag)
  })
})

describe('results of a part of the matrix', () => {
  const before = {
    sites: [row('16.4.5', '24.1.0'), row('16.3.8', '24.1.0')],
    caches: [
      cachingRow('16.3.8', '24.1.0'),
      cachingRow('16.4.5', '22.1.0'),
      cachingRow('16.4.5', '24.1.0'),
      cachingRow('16.5.0-canary.1', '24.1.0'),
    ],
    units: [],
    libraries: [],
  }
  const library = (name: string, version: string) => ({
    library: name,
    version,
    next: '16.4.6',
    node: '24.2.0',
    passed: 8,
    failed: 0,
    date: '2026-11-28',
  })

  it('new results replace only results of the same lines of Next and Node', () => {
    const { sites } = addResults(before, { sites: [row('16.4.6', '24.2.0', 3)] })
    expect(sites).toEqual([row('16.3.8', '24.1.0'), row('16.4.6', '24.2.0', 3)])
  })

  it('new results of caches replace only results of the same lines and the same caches', () => {
    const { caches, sites } = addResults(before, {
      caches: [
        cachingRow('16.5.0-canary.2', '24.1.0', 1),
        cachingRow('16.4.6', '24.2.0', 2),
        cachingRow('16.4.6', '24.2.0', 0, false),
      ],
    })
    expect(caches).toEqual([
      cachingRow('16.3.8', '24.1.0'),
      cachingRow('16.4.5', '22.1.0'),
      cachingRow('16.4.6', '24.2.0', 0, false),
      cachingRow('16.4.6', '24.2.0', 2),
      cachingRow('16.5.0-canary.2', '24.1.0', 1),
    ])
    expect(sites).toHaveLength(before.sites.length)
  })

  it('new results of libraries replace those of all libraries', () => {
    const old = { ...before, libraries: [library('antd', '6.6.8'), library('a-former-library', '1.0.0')] }
    expect(addResults(old, {}).libraries).toHaveLength(2)
    const { libraries } = addResults(old, {
      libraries: [library('swiper', '14.4.0'), library('antd', '6.7.0')],
    })
    expect(libraries).toEqual([library('antd', '6.7.0'), library('swiper', '14.4.0')])
  })

  it('the results read from a page equal the results written to it', () => {
    const units = [{ node: '24.2.0', passed: 1000, failed: 0, date: '2026-11-28' }]
    const libraries = [library('@mui/material', '9.5.0')]
    const results = addResults(before, {
      sites: [row('16.5.0-canary.3', '24.2.0', 1)],
      caches: [cachingRow('16.5.0-canary.3', '24.2.0', 1, false)],
      units,
      libraries,
    })
    expect(readResults(formatPage(results, peerDependencies))).toEqual(results)
  })
})

describe('the component libraries', () => {
  it('each tested library is pinned to an exact version', () => {
    const versions: Record<string, string> = libraryManifest.dependencies
    for (const name of Object.keys(componentLibraries)) expect(versions).toHaveProperty([name])
    expect(Object.values(versions).filter((version) => semver.valid(version) === null)).toEqual([])
  })
})

describe('the line of versions', () => {
  const nodes = ['20.1.0', '22.1.0', '24.1.0']
  const all = (next: string): ReturnType<typeof row>[] =>
    listCombinations({ next, nodes, bundlers: ['Turbopack', 'webpack'] }).map((combination: object) => ({
      ...row(next, '20.1.0'),
      ...combination,
    }))
  const lineFor = (sites: readonly object[], { caches = [], units = [] }: Record<string, object[]> = {}) =>
    formatSupportedVersions({ sites, caches, units })

  it('the line of versions names the versions whose combinations all passed', () => {
    expect(lineFor([...all('16.3.8'), ...all('16.4.6')])).toBe(
      'Tested on Next.js 16.3.8 and 16.4.6, with Turbopack and webpack, on Node.js 20, 22 and 24: [all results](docs/versions.md).',
    )
  })

  it('the line of versions names no version with a failed or missing combination', () => {
    const [first, ...others] = all('16.3.8')
    expect(lineFor([{ ...first, failed: 1 }, ...others, ...all('16.4.6')])).toContain('Next.js 16.4.6, with')
    expect(lineFor([...others, ...all('16.4.6')])).toContain('Next.js 16.4.6, with')
    const units = [{ node: '22.1.0', passed: 10, failed: 1, date: '2026-11-28' }]
    expect(lineFor(all('16.4.6'), { units })).toContain('on Node.js 20 and 24:')
  })

  it('the line of versions names no version whose caches failed', () => {
    const sites = [...all('16.3.8'), ...all('16.4.6')]
    const caches = [cachingRow('16.3.8', '24.1.0', 1), cachingRow('16.4.6', '24.1.0')]
    expect(lineFor(sites, { caches })).toContain('Next.js 16.4.6, with')
  })

  it('the line of versions names no version when none was run completely', () => {
    expect(lineFor([row('16.4.6', '20.1.0')])).toBe(
      '[Tested versions](docs/versions.md) of Next.js, Node.js and bundlers.',
    )
  })
})
