import semver from 'semver'
import { BUNDLERS, combinationsOf, lineOf, NODE_LINES } from './plan.mjs'

// The page docs/versions.md, and the results that it holds: what is written can be read back, so that a run of a part
// of the matrix replaces only its own rows.

const SITES = ['Next.js', 'Node.js', 'bundler', '`cacheComponents`', 'mode', 'passed', 'failed', 'date']
const UNITS = ['Node.js', 'passed', 'failed', 'date']

/** @returns {{ sites: object[], units: object[] }} the results in a page; none in one that is not there */
export function readResults(page = '') {
  return {
    sites: rowsUnder(page, SITES).map(
      ([next, node, bundler, cacheComponents, mode, passed, failed, date]) => ({
        next,
        node,
        bundler,
        cacheComponents: cacheComponents === 'yes',
        mode: mode.replace('next ', ''),
        passed: Number(passed),
        failed: Number(failed),
        date,
      }),
    ),
    units: rowsUnder(page, UNITS).map(([node, passed, failed, date]) => ({
      node,
      passed: Number(passed),
      failed: Number(failed),
      date,
    })),
  }
}

/** Replaces the results of the same line of Next and Node, whichever patch they were of. */
export function addResults(results, { sites = [], units = [] }) {
  return {
    sites: merged(results.sites, sites, siteKey).sort(
      (a, b) =>
        semver.compare(a.next, b.next) ||
        semver.compare(a.node, b.node) ||
        a.mode.localeCompare(b.mode) ||
        a.bundler.localeCompare(b.bundler) ||
        Number(a.cacheComponents) - Number(b.cacheComponents),
    ),
    units: merged(results.units, units, ({ node }) => `${semver.major(node)}`).sort((a, b) =>
      semver.compare(a.node, b.node),
    ),
  }
}

/** @param peers `peerDependencies` of package.json */
export function pageOf(results, peers) {
  const { sites, units } = results
  const nodes = semver.sort([...new Set(sites.map(({ node }) => node))])
  const nexts = semver.sort([...new Set(sites.map(({ next }) => next))])
  return `# Tested versions

Written by \`npm run test:matrix\`; do not edit. The package accepts Next.js \`${peers.next}\` and React \`${peers.react}\`.

The integration app is built once per version of Next.js, bundler and \`cacheComponents\`. The build with
\`cacheComponents\` runs on each version of Node.js; the one without, and \`next dev\`, on the newest.

${table(
  ['Next.js', ...nodes.map((node) => `Node.js ${node}`)],
  nexts.map((next) => [next, ...nodes.map((node) => summaryOf(sites, next, node))]),
)}

## The integration app

${table(
  SITES,
  sites.map(({ next, node, bundler, cacheComponents, mode, passed, failed, date }) => [
    next,
    node,
    bundler,
    cacheComponents ? 'yes' : 'no',
    `next ${mode}`,
    passed,
    failed,
    date,
  ]),
)}

## The unit tests

${table(
  UNITS,
  units.map(({ node, passed, failed, date }) => [node, passed, failed, date]),
)}
`
}

const [BEGIN, END] = ['<!-- written by npm run test:matrix -->', '<!-- /written -->']

/** Replaces the line of supported versions: those of which all was run, and no test failed. */
export function withVersions(readme, results) {
  const [before, rest] = readme.split(BEGIN)
  const after = rest?.split(END)[1]
  if (after === undefined) throw new Error(`README.md has lost its "${BEGIN} … ${END}".`)
  return `${before}${BEGIN}\n${versionsLine(results)}\n${END}${after}`
}

export function versionsLine({ sites, units }) {
  const isComplete = (next) =>
    combinationsOf({ next, nodes: NODE_LINES.map((line) => `${line}.0.0`), bundlers: BUNDLERS }).every(
      (planned) => sites.some((row) => siteKey(row) === siteKey(planned)),
    )
  const nexts = semver.sort(passing(sites, 'next').filter(isComplete))
  if (nexts.length === 0) return '[Tested versions](docs/versions.md) of Next.js, Node.js and bundlers.'
  // One version of Next that fails says nothing of Node.
  const supported = sites.filter(({ next }) => nexts.includes(next))
  const nodes = semver.sort(passing([...supported, ...units], 'node')).map((node) => semver.major(node))
  const bundlers = passing(supported, 'bundler').sort()
  return `Tested on Next.js ${listOf(nexts)}, with ${listOf(bundlers)}, on Node.js ${listOf(nodes)}: [all results](docs/versions.md).`
}

/** The values of a field of which all results passed. */
function passing(rows, field) {
  const failing = new Set(rows.filter(({ failed }) => failed > 0).map((row) => row[field]))
  return [...new Set(rows.map((row) => row[field]))].filter((value) => !failing.has(value))
}

function summaryOf(sites, next, node) {
  const rows = sites.filter((row) => row.next === next && row.node === node)
  if (rows.length === 0) return ''
  const failed = rows.reduce((sum, row) => sum + row.failed, 0)
  return failed === 0 ? 'passed' : `${failed} failed`
}

const siteKey = ({ next, node, bundler, cacheComponents, mode }) =>
  [
    semver.prerelease(next) ? 'prerelease' : lineOf(next),
    semver.major(node),
    bundler,
    cacheComponents,
    mode,
  ].join()

function merged(old, added, keyOf) {
  return [...new Map([...old, ...added].map((row) => [keyOf(row), row])).values()]
}

function listOf(items) {
  if (items.length < 2) return `${items[0] ?? 'no version'}`
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function rowsUnder(page, head) {
  const lines = page.split('\n')
  const start = lines.indexOf(`| ${head.join(' | ')} |`)
  if (start < 0) return []
  const rows = lines.slice(start + 2)
  const end = rows.findIndex((line) => !line.startsWith('|'))
  return rows.slice(0, end < 0 ? undefined : end).map((line) => line.slice(2, -2).split(' | '))
}
