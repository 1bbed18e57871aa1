import semver from 'semver'
import { BUNDLERS, getMinorVersion, listCombinations, NODE_LINES } from './plan.mjs'

// Writes docs/versions.md and reads its results back, so that a partial run of the matrix replaces only its own rows.

const SITES = ['Next.js', 'Node.js', 'bundler', '`cacheComponents`', 'mode', 'passed', 'failed', 'date']
const CACHES = ['Next.js', 'Node.js', '`cacheComponents`', 'passed', 'failed', 'date']
const UNITS = ['Node.js', 'passed', 'failed', 'date']
const LIBRARIES = ['library', 'version', 'Next.js', 'Node.js', 'passed', 'failed', 'date']

/**
 * @returns {{ sites: object[], caches: object[], units: object[], libraries: object[] }} the results in a page. The lists are
 *   empty without a page
 */
export function readResults(page = '') {
  return {
    sites: readRows(page, SITES).map(
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
    caches: readRows(page, CACHES).map(([next, node, cacheComponents, passed, failed, date]) => ({
      next,
      node,
      cacheComponents: cacheComponents === 'yes',
      passed: Number(passed),
      failed: Number(failed),
      date,
    })),
    units: readRows(page, UNITS).map(([node, passed, failed, date]) => ({
      node,
      passed: Number(passed),
      failed: Number(failed),
      date,
    })),
    libraries: readRows(page, LIBRARIES).map(([library, version, next, node, passed, failed, date]) => ({
      library: library.slice(1, -1),
      version,
      next,
      node,
      passed: Number(passed),
      failed: Number(failed),
      date,
    })),
  }
}

/**
 * Adds new results. They replace results of other patches of the same Next minor and Node major. Results of libraries
 * replace those of all libraries, because they are tested together.
 */
export function addResults(results, { sites = [], caches = [], units = [], libraries = results.libraries }) {
  return {
    sites: mergeRows(results.sites, sites, getSiteKey).sort(
      (a, b) =>
        semver.compare(a.next, b.next) ||
        semver.compare(a.node, b.node) ||
        a.mode.localeCompare(b.mode) ||
        a.bundler.localeCompare(b.bundler) ||
        Number(a.cacheComponents) - Number(b.cacheComponents),
    ),
    caches: mergeRows(results.caches, caches, getCachingKey).sort(
      (a, b) =>
        semver.compare(a.next, b.next) ||
        semver.compare(a.node, b.node) ||
        Number(a.cacheComponents) - Number(b.cacheComponents),
    ),
    units: mergeRows(results.units, units, ({ node }) => `${semver.major(node)}`).sort((a, b) =>
      semver.compare(a.node, b.node),
    ),
    libraries: [...libraries].sort((a, b) => a.library.localeCompare(b.library)),
  }
}

/** @param peers `peerDependencies` of package.json */
export function formatPage(results, peers) {
  const { sites, caches, units, libraries } = results
  const nodes = semver.sort([...new Set(sites.map(({ node }) => node))])
  const nexts = semver.sort([...new Set(sites.map(({ next }) => next))])
  return `# Tested versions

Written by \`npm run test:matrix\`; do not edit. The package accepts Next.js \`${peers.next}\` and React \`${peers.react}\`.

The integration app is built once per version of Next.js, bundler and \`cacheComponents\`. The build with
\`cacheComponents\` runs on each version of Node.js. The build without it, and \`next dev\`, run on the newest.

${formatTable(
  ['Next.js', ...nodes.map((node) => `Node.js ${node}`)],
  nexts.map((next) => [next, ...nodes.map((node) => summarizeSites(sites, next, node))]),
)}

## The integration app

${formatTable(
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

## The caches of Next

The caching site uses every caching API of Next.js, and keeps all results in the store of the fragments. Its answers are
compared with those of Next's own caches, in one process and in three that share one Redis. After each revalidation all processes
must be fresh. The site is built with Turbopack. The version of Next.js that the project itself uses runs on each version of
Node.js, and the others run on the newest.

${formatTable(
  CACHES,
  caches.map(({ next, node, cacheComponents, passed, failed, date }) => [
    next,
    node,
    cacheComponents ? 'yes' : 'no',
    passed,
    failed,
    date,
  ]),
)}

## The unit tests

${formatTable(
  UNITS,
  units.map(({ node, passed, failed, date }) => [node, passed, failed, date]),
)}

## Component libraries

A page of each library has fragments inside fragments. A browser compares the DOM of a miss, of a hit, and of the page after an
expiry with the same page without fragments: before any script, after hydration, after interactions, and after navigations.
The pages are built with Turbopack, with and without \`cacheComponents\`.

${formatTable(
  LIBRARIES,
  libraries.map(({ library, version, next, node, passed, failed, date }) => [
    `\`${library}\``,
    version,
    next,
    node,
    passed,
    failed,
    date,
  ]),
)}
`
}

const [BEGIN, END] = ['<!-- written by npm run test:matrix -->', '<!-- /written -->']

/** Replaces README's line of supported versions, which lists versions with complete results and no failed test. */
export function replaceSupportedVersions(readme, results) {
  const [before, rest] = readme.split(BEGIN)
  const after = rest?.split(END)[1]
  if (after === undefined) throw new Error(`README.md does not contain "${BEGIN} … ${END}".`)
  return `${before}${BEGIN}\n${formatSupportedVersions(results)}\n${END}${after}`
}

export function formatSupportedVersions({ sites, caches, units }) {
  const isComplete = (next) =>
    listCombinations({ next, nodes: NODE_LINES.map((major) => `${major}.0.0`), bundlers: BUNDLERS }).every(
      (planned) => sites.some((row) => getSiteKey(row) === getSiteKey(planned)),
    )
  const nexts = semver.sort(findPassingValues([...sites, ...caches], 'next').filter(isComplete))
  if (nexts.length === 0) return '[Tested versions](docs/versions.md) of Next.js, Node.js and bundlers.'
  // A failing version of Next does not make a version of Node unsupported.
  const supported = sites.filter(({ next }) => nexts.includes(next))
  const nodes = semver
    .sort(findPassingValues([...supported, ...units], 'node'))
    .map((node) => semver.major(node))
  const bundlers = findPassingValues(supported, 'bundler').sort()
  return `Tested on Next.js ${formatList(nexts)}, with ${formatList(bundlers)}, on Node.js ${formatList(nodes)}: [all results](docs/versions.md).`
}

/** Returns the values of a field for which no row has failures. */
function findPassingValues(rows, field) {
  const failing = new Set(rows.filter(({ failed }) => failed > 0).map((row) => row[field]))
  return [...new Set(rows.map((row) => row[field]))].filter((value) => !failing.has(value))
}

function summarizeSites(sites, next, node) {
  const rows = sites.filter((row) => row.next === next && row.node === node)
  if (rows.length === 0) return ''
  const failed = rows.reduce((sum, row) => sum + row.failed, 0)
  return failed === 0 ? 'passed' : `${failed} failed`
}

const getCachingKey = ({ next, node, cacheComponents }) =>
  [semver.prerelease(next) ? 'prerelease' : getMinorVersion(next), semver.major(node), cacheComponents].join()

const getSiteKey = ({ bundler, mode, ...row }) => [getCachingKey(row), bundler, mode].join()

function mergeRows(oldRows, newRows, getKey) {
  return [...new Map([...oldRows, ...newRows].map((row) => [getKey(row), row])).values()]
}

function formatList(items) {
  if (items.length < 2) return `${items[0] ?? 'no version'}`
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

function formatTable(head, rows) {
  const formatRow = (cells) => `| ${cells.join(' | ')} |`
  return [formatRow(head), formatRow(head.map(() => '---')), ...rows.map(formatRow)].join('\n')
}

function readRows(page, head) {
  const lines = page.split('\n')
  const start = lines.indexOf(`| ${head.join(' | ')} |`)
  if (start < 0) return []
  const rows = lines.slice(start + 2)
  const end = rows.findIndex((line) => !line.startsWith('|'))
  return rows.slice(0, end < 0 ? undefined : end).map((line) => line.slice(2, -2).split(' | '))
}
