// `npm run test:matrix`: the integration app on every version of Next and Node that the library is for.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { installPrograms } from './programs.mjs'
import { failOnError, heading, root } from './run.mjs'
import { build, install } from './tasks.mjs'
import { runVitest } from './vitest.mjs'

const USAGE = `npm run test:matrix: the integration app on each version of Next, Node and bundler, and the unit tests on each
Node; writes docs/versions.md after each version, and the line of versions in README.md.
  npm run test:matrix -- --next 16.4        this line, its newest patch, or "prerelease"
  npm run test:matrix -- --node 22,24       on these lines of Node
  npm run test:matrix -- --bundler webpack  or Turbopack
  npm run test:matrix -- --mode build       or dev
  npm run test:matrix -- --only units       or sites
  npm run test:matrix -- --list             prints what would run
  npm run test:matrix -- --write            runs nothing; writes both files again from the results in docs/versions.md
  npm run test:matrix -- --help             prints this
A run of a part replaces its own rows, and leaves the others as they are.`

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
  // These import packages.
  const plan = await import('./matrix/plan.mjs')
  const registry = await import('./matrix/registry.mjs')
  const { peerDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  const offered = await registry.fetchNextVersions()
  const nexts = chosen(
    plan.selectNextVersions(offered, peerDependencies.next),
    values.next,
    plan.matchesNextVersion,
  )
  const nodes = await Promise.all(chosen(plan.NODE_LINES, values.node).map(registry.findNewestNode))
  const bundlers = chosen(plan.BUNDLERS, values.bundler)
  const parts = chosen(['units', 'sites'], values.only)
  const modes = chosen(['build', 'dev'], values.mode)
  const work = nexts.map((next) =>
    plan.listCombinations({ next, nodes, bundlers }).filter(({ mode }) => modes.includes(mode)),
  )
  if (values.list)
    return console.log(
      [...nodes.map((node) => `Node ${node}`), ...work.flat().map(plan.formatTitle)].join('\n'),
    )

  const binaries = new Map()
  for (const node of nodes) binaries.set(node, await registry.installNode(node))
  await build()
  if (parts.includes('units')) for (const node of nodes) await testUnits(node, binaries)
  if (parts.includes('sites')) for (const combinations of work) await testSites(combinations, binaries)

  async function testUnits(node, binaries) {
    heading(`unit tests on Node ${node}`)
    await installPrograms('redis-server')
    const { tests } = await runVitest(['unit', 'dom'], { binary: binaries.get(node) })
    await record({ units: [{ node, ...countsOf(tests), date: today() }] })
  }

  async function testSites(combinations, binaries) {
    const [{ next }] = combinations
    heading(`the integration app on Next ${next}`)
    const described = combinations.map((combination) => ({
      title: plan.formatTitle(combination),
      node: binaries.get(combination.node),
      webpack: combination.bundler === 'webpack',
      cacheComponents: combination.cacheComponents,
      development: combination.mode === 'dev',
    }))
    process.env.MATRIX = JSON.stringify({ next, combinations: described })
    const { tests } = await runVitest(['matrix'], { reporter: 'verbose' })
    const sites = combinations.map((combination) => {
      const matching = tests.filter(
        ({ ancestorTitles }) => ancestorTitles[0] === plan.formatTitle(combination),
      )
      return { ...combination, ...countsOf(matching), date: today() }
    })
    await record({ sites })
  }
}

/** Written after each step, so that a run that is broken off leaves what it has found. */
async function record(results) {
  const { addResults, formatPage, readResults, replaceSupportedVersions } = await import(
    './matrix/results.mjs'
  )
  const { peerDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
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

/** A test that did not run, because its site could not be built, has failed. No tests at all are one failure. */
function countsOf(tests) {
  const passed = tests.filter(({ status }) => status === 'passed').length
  return { passed, failed: tests.length === 0 ? 1 : tests.length - passed }
}

/** The items that a flag names, separated by commas; all without it. */
function chosen(items, flag, isNamed = (item, name) => item.toLowerCase() === name.toLowerCase()) {
  const names = flag?.split(',') ?? []
  const unknown = names.find((name) => !items.some((item) => isNamed(item, name)))
  if (unknown !== undefined) throw new Error(`There is no "${unknown}". Choose of ${items.join(', ')}.`)
  return flag === undefined ? items : items.filter((item) => names.some((name) => isNamed(item, name)))
}

function today() {
  return new Date().toISOString().slice(0, 10)
}
