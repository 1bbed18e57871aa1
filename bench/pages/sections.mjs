import { describeMachine, getVersion } from './describeMachine.mjs'
import { formatSummary } from './formatSummary.mjs'
import { formatTargetTable } from './formatTargetTable.mjs'
import { MEMORY_LOADS, MEMORY_SERVERS } from './measureMemory.mjs'
import { describeMeasurement, describePrerendered } from './prose.mjs'
import { shapes } from './shapes.mjs'
import {
  formatDepthTable,
  formatMemoryTable,
  formatPrerenderedTable,
  formatRedisTable,
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

const formatMemoryPart = (byBuild) => `### memory: peak memory of a cold page

A new server process loads one empty page, and then 20x30-nested ${MEMORY_LOADS} times by 3 connections. The idle memory is the
largest resident set of the process after the empty page. The growth is the growth of the largest resident set from then
on. It includes the memory that V8 has not collected yet, and for this library the stored fragments of all loads, at most
64 MiB. Medians of ${MEMORY_SERVERS} processes each.

${formatMemoryTable(byBuild)}`

export function formatRedisSection(variants, { rounds, seconds, nodeVersion }) {
  return `## Pages from Redis

This section compares hits of the first page (20 fragments of 30 items, two islands per fragment) from one Redis on the
same machine. \`'use cache: remote'\` uses a published handler, which reads each fragment from Redis. This library keeps
copies in the process and follows the expiries in Redis. With \`strict\` it also sends one command to Redis per request.
Without copies (\`local: false\`) it reads each fragment from Redis. ${rounds} rounds of ${seconds} s, measured as above.

${formatRedisTable(variants, `${HANDLER} ${getVersion(HANDLER)}`)}

${describeMachine(nodeVersion)}.
`
}
