// `npm run test:matrix`: tests the integration app on every supported version of Next and Node.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { installPrograms } from './programs.mjs'
import { failOnError, printHeading, root } from './run.mjs'
import { build, install } from './tasks.mjs'
import { runVitest } from './vitest.mjs'

const USAGE = `npm run test:matrix: tests the integration app on each version of Next and Node with each bundler, tests all caches of
Next on each version of Next and on each of Node, runs the unit tests on each version of Node, and compares pages of component
libraries with the same pages without fragments. After each step it writes docs/versions.md, and the line of versions in
README.md.
  npm run test:matrix -- --next 16.4        only the newest patch of this minor (or: 16.4.6, prerelease)
  npm run test:matrix -- --node 22,24       only these major versions of Node
  npm run test:matrix -- --bundler webpack  only this bundler (or: Turbopack)
  npm run test:matrix -- --mode build       only this mode (or: dev)
  npm run test:matrix -- --only units       only the unit tests (or: sites, for the integration app; caches, for the caches of
                                            Next; libraries, for the pages of component libraries)
  npm run test:matrix -- --list             prints the planned runs
  npm run test:matrix -- --write            runs no tests, and writes both files from the results in docs/versions.md
  npm run test:matrix -- --help             prints this text
A partial run replaces only its own rows.`

const options = {
  next: { type: 'string' },
  node: { type: 'string' },
  bundler: { type: 'string' },
  mode: { type: 'string' },
  only: { type: 'string' },
  list: { type: 'boolean' },
  write: { type: 'boolean' },
  help: { type: 'boolean' },
}

const page = `${root}docs/versions.md`
const readme = `${root}README.md`
const counts = { passed: 0, failed: 0 }

process.env.NEXT_TELEMETRY_DISABLED ??= '1'

try {
  const { values } = parseArgs({ options })
  if (values.help) {
    console.log(USAGE)
    process.exit()
  }
  await runMatrix(values)
} catch (error) {
  counts.failed ||= 1
  failOnError(error)
}

console.log(`\n${counts.passed} passed, ${counts.failed} failed`)

async function runMatrix(values) {
  await install()
  if (values.write) return record({})
  // Imported late, because they need the packages that `install` installs.
  const plan = await import('./matrix/plan.mjs')
  const registry = await import('./matrix/registry.mjs')
  const { peerDependencies } = readManifest('.')
  const publishedVersions = await registry.fetchNextVersions()
  const nexts = selectItems(
    plan.selectNextVersions(publishedVersions, peerDependencies.next),
    values.next,
    plan.matchesNextVersion,
  )
  const nodes = await Promise.all(selectItems(plan.NODE_LINES, values.node).map(registry.findNewestNode))
  const bundlers = selectItems(plan.BUNDLERS, values.bundler)
  const parts = selectItems(['units', 'libraries', 'caches', 'sites'], values.only)
  const modes = selectItems(['build', 'dev'], values.mode)
  const work = nexts.map((next) =>
    plan.listCombinations({ next, nodes, bundlers }).filter(({ mode }) => modes.includes(mode)),
  )
  const ownNext = readManifest('node_modules/next').version
  const isCachingSiteSelected = bundlers.includes('Turbopack') && modes.includes('build')
  const cachingRuns = isCachingSiteSelected
    ? nexts.flatMap((next) => plan.listCachingRuns({ next, nodes, ownNext }))
    : []
  if (values.list)
    return console.log(
      [
        ...nodes.map((node) => `Node ${node}`),
        ...cachingRuns.flat().map(plan.formatCachingTitle),
        ...work.flat().map(plan.formatTitle),
      ].join('\n'),
    )

  const binaries = new Map()
  for (const node of nodes) binaries.set(node, await registry.installNode(node))
  await build()
  if (parts.includes('units')) for (const node of nodes) await testUnits(node, binaries)
  if (parts.includes('libraries')) await testLibraries(nodes.at(-1), binaries)
  if (parts.includes('caches'))
    for (const combinations of cachingRuns) await testCaches(combinations, binaries)
  if (!parts.includes('sites')) return
  for (const combinations of work) await testSites(combinations, binaries)
  if (values.next === undefined) await testUnsupportedVersion()

  async function testUnits(node, binaries) {
    printHeading(`unit tests on Node ${node}`)
    await installPrograms('redis-server')
    const { tests } = await runVitest(['unit', 'unit-local', 'unit-servers', 'unit-isolated', 'rsc', 'dom'], {
      binary: binaries.get(node),
    })
    await record({ units: [{ node, ...countResults(tests), date: today() }] })
  }

  async function testLibraries(node, binaries) {
    printHeading('pages of component libraries')
    await installPrograms(['chromium-headless-shell', 'chromium'])
    process.env.MATRIX = JSON.stringify({ node: binaries.get(node) })
    const { tests } = await runVitest(['matrix'], {
      reporter: 'verbose',
      args: ['test/matrix/libraries.test.ts'],
    })
    if (tests.length === 0) throw new Error('The pages of component libraries were not tested.')
    const { dependencies } = readManifest('test/matrix/libraries')
    const { version: next } = readManifest('node_modules/next')
    const libraries = [...new Set(tests.map(({ ancestorTitles }) => ancestorTitles.at(-1)))].map(
      (library) => {
        const matching = tests.filter(({ ancestorTitles }) => ancestorTitles.at(-1) === library)
        return {
          library,
          version: dependencies[library],
          next,
          node,
          ...countResults(matching),
          date: today(),
        }
      },
    )
    await record({ libraries })
  }

  async function testCaches(combinations, binaries) {
    const [{ next, node }] = combinations
    printHeading(`all caches of Next ${next} on Node ${node}`)
    await installPrograms('redis-server')
    const describedCombinations = combinations.map((combination) => ({
      title: plan.formatCachingTitle(combination),
      cacheComponents: combination.cacheComponents,
    }))
    process.env.MATRIX = JSON.stringify({
      next,
      node: binaries.get(node),
      combinations: describedCombinations,
    })
    const { tests } = await runVitest(['matrix'], {
      reporter: 'verbose',
      args: ['test/matrix/caches.test.ts'],
    })
    const caches = combinations.map((combination) => {
      const title = plan.formatCachingTitle(combination)
      const matching = tests.filter(({ ancestorTitles }) => ancestorTitles[0] === title)
      return { ...combination, ...countResults(matching), date: today() }
    })
    await record({ caches })
  }

  async function testSites(combinations, binaries) {
    const [{ next }] = combinations
    printHeading(`the integration app on Next ${next}`)
    const describedCombinations = combinations.map((combination) => ({
      title: plan.formatTitle(combination),
      node: binaries.get(combination.node),
      webpack: combination.bundler === 'webpack',
      cacheComponents: combination.cacheComponents,
      development: combination.mode === 'dev',
    }))
    process.env.MATRIX = JSON.stringify({ next, combinations: describedCombinations })
    const { tests } = await runVitest(['matrix'], { reporter: 'verbose', args: ['test/matrix/site.test.ts'] })
    const sites = combinations.map((combination) => {
      const matching = tests.filter(
        ({ ancestorTitles }) => ancestorTitles[0] === plan.formatTitle(combination),
      )
      return { ...combination, ...countResults(matching), date: today() }
    })
    await record({ sites })
  }
}

async function testUnsupportedVersion() {
  printHeading('a version of Next that is not supported')
  const { tests } = await runVitest(['matrix'], { args: ['test/matrix/unsupported.test.ts'] })
  const { passed, failed } = countResults(tests)
  counts.passed += passed
  counts.failed += failed
  if (failed > 0) process.exitCode = 1
}

/** Writes the results after each step, so that an interrupted run keeps its results. */
async function record(results) {
  const { addResults, formatPage, readResults, replaceSupportedVersions } = await import(
    './matrix/results.mjs'
  )
  const { peerDependencies } = readManifest('.')
  const before = existsSync(page) ? readFileSync(page, 'utf8') : undefined
  const all = addResults(readResults(before), results)
  writeFileSync(page, formatPage(all, peerDependencies))
  writeFileSync(readme, replaceSupportedVersions(readFileSync(readme, 'utf8'), all))
  for (const { passed, failed } of Object.values(results).flat()) {
    counts.passed += passed
    counts.failed += failed
  }
  if (counts.failed > 0) process.exitCode = 1
}

/** Counts a test that did not run, because its site could not be built, as failed. An empty list is one failure. */
function countResults(tests) {
  const passed = tests.filter(({ status }) => status === 'passed').length
  return { passed, failed: tests.length === 0 ? 1 : tests.length - passed }
}

/** Returns the items that a flag names, separated by commas. Without the flag it returns all items. */
function selectItems(items, flag, isNamed = (item, name) => item.toLowerCase() === name.toLowerCase()) {
  const names = flag?.split(',') ?? []
  const unknown = names.find((name) => !items.some((item) => isNamed(item, name)))
  if (unknown !== undefined) throw new Error(`There is no "${unknown}". Choose from ${items.join(', ')}.`)
  return flag === undefined ? items : items.filter((item) => names.some((name) => isNamed(item, name)))
}

function readManifest(folder) {
  return JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8'))
}

function today() {
  return new Date().toISOString().slice(0, 10)
}
