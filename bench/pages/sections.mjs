import { builds } from './builds.mjs'
import { describeMachine, getVersion } from './describeMachine.mjs'
import { formatSummary } from './formatSummary.mjs'
import { formatTargetTable } from './formatTargetTable.mjs'
import { MEMORY_LOADS, MEMORY_SERVERS } from './measureMemory.mjs'
import { describeMeasurement, describePrerendered } from './prose.mjs'
import { redisShapes, shapes } from './shapes.mjs'
import {
  formatDepthTable,
  formatMemoryTable,
  formatPrerenderedTable,
  formatRedisTable,
  formatServerTable,
  formatShapeTables,
} from './tables.mjs'

const HANDLER = '@mrjasonroy/cache-components-cache-handler'

/** The figures that README.md shows. Undefined when one of them is missing. */
export function formatSummarySection(results) {
  const table = formatSummary(results)
  return (
    table &&
    `## In short

One Next site with \`cacheComponents\`, served by one process. In brackets: against no cache.

${table}
`
  )
}

export function formatPagesSection(results, targets, settings) {
  const tables = shapes
    .filter(({ name }) => results[name])
    .map((shape) => formatShapeTables(shape, results[shape.name]))
  const parts = [
    '## Pages',
    targets.length > 0 && formatTargetTable(targets),
    describeMeasurement(settings),
    ...tables,
    results.deep && formatDepthPart(results.deep),
    results.prerendered && formatPrerenderedPart(results.prerendered),
    results.demo && formatDemoPart(results.demo),
    results.memory && formatMemoryPart(results.memory),
  ]
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

const formatDepthPart = (byBuild) => `### deep: fragments nested 50 to 400 deep

Each fragment has a heading and contains the next fragment. Server CPU per page. Without a cache, React's renderer of HTML
runs out of stack before 400 levels.

${formatDepthTable(byBuild)}`

const formatPrerenderedPart = (prerendered) => `### prerendered: 20x30 against the prerendered page

${describePrerendered(prerendered)}

${formatPrerenderedTable(prerendered)}`

const formatDemoPart = (
  byBuild,
) => `${formatShapeTables({ name: 'demo', title: 'the front page of the demo' }, byBuild)}

The page has 30 fragments nested three deep, with 64 \`next/link\`, 23 posters in \`next/image\`, charts and 11 islands. The layout of
the demo is around it. It reads its films from SQLite, and is built without \`cacheComponents\`. "No cache" is a build of the same
components without this library, in another process: a fragment is its children, and each visit runs the queries.`

const formatMemoryPart = (byBuild) => `### memory: peak memory of a cold page

A new server process loads one empty page, and then 20x30-nested ${MEMORY_LOADS} times by 3 connections. The idle memory is the
largest resident set of the process after the empty page. The growth is the growth of the largest resident set from then
on. It includes the memory that V8 has not collected yet, and for this library the stored fragments of all loads, at most
64 MiB. Medians of ${MEMORY_SERVERS} processes each. The processes of a build run in a random order.

${formatMemoryTable(byBuild)}`

/**
 * @param redis the results of measureRedis.mjs
 * @param targets the targets of its pages
 */
export function formatRedisSection({ hits, pages }, targets, { rounds, seconds, nodeVersion, buildNames }) {
  const build = builds.find(({ name }) => name === buildNames[0])
  const tables = redisShapes.map(
    ({ name, title }) => `### ${name}: ${title}\n\n${formatServerTable(pages[name])}`,
  )
  return `## Pages from Redis

${formatTargetTable(targets)}

All fragments of this section are in one Redis on the same machine. The site is built with ${build.title}. This library
has its default options, apart from the options that a row names. It keeps copies in the process and follows the expiries
in Redis. Cold pages have a namespace of their own. Their entries have a short lifetime, so that Redis does not grow with
each load. Server CPU does not include the CPU time of Redis. ${rounds} rounds of ${seconds} s, measured as above.

${describeMachine(nodeVersion)}.

### Redis, 20x30: hits against a published handler

\`'use cache: remote'\` uses a published handler, which reads each fragment from Redis. With \`strict\` this library sends one
command to Redis per request. Without copies (\`local: false\`) it reads each fragment from Redis.

${formatRedisTable(hits, `${HANDLER} ${getVersion(HANDLER)}`)}

${tables.join('\n\n')}
`
}
