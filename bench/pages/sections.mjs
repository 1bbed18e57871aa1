import { describeMachine, getVersion } from './describeMachine.mjs'
import { shapes } from './shapes.mjs'
import { formatRedisTable, formatShapeTable, formatTargetTable } from './tables.mjs'

const HANDLER = '@mrjasonroy/cache-components-cache-handler'

export function formatPagesSection(measured, targets, { rounds, seconds, loads, bare }) {
  const tables = shapes
    .filter(({ name }) => measured[name])
    .map((shape) => formatShapeTable(shape, measured[shape.name]))
  return `## Pages

${formatTargetTable(targets)}

One Next site renders the same components in each mode; only their wrapper differs. Before a measurement, the benchmark
checks that the pages show the same text in all modes, that the server renders nothing for a hit, and that it renders
everything for a miss. A miss uses keys that are not in the cache. Each item has a heading with a link, a summary, and a
line with author and date. Islands are client components with state.

The modes take turns in ${rounds} rounds. In each round, 3 connections load the page for ${seconds} s to measure pages/s and CPU time,
which includes all threads of the server's process. Then one connection measures the latency. Documents are sent
uncompressed; gzip is level 6. The browser loads each page ${loads} times, each time in a new context. JS heap is the size after
a forced collection; a page with only two islands takes ${(bare.heap / 1e6).toFixed(2)} MB. Task time is the computing time of the browser's main
thread until the last island is hydrated; the page with only two islands takes ${bare.task.toFixed(0)} ms. Figures are medians. Ratios are
medians of the ratios within each round. ${describeMachine()}, all stores in memory.

Next renders all pages except the prerendered one for each request (\`force-dynamic\`). \`'use cache'\` is enabled by
\`experimental.useCache\` and has a \`cacheLife\` of \`max\`. \`cacheComponents\` is off, because hits took more CPU time with it.
Next sends the same document without a cache, with \`'use cache'\`, with \`'use cache: remote'\` and with \`unstable_cache\`, so
the browser loads only one of these pages.

${tables.join('\n\n')}
`
}

export function formatRedisSection(variants, { rounds, seconds }) {
  return `## Pages from Redis

This section compares hits of the first page (20 fragments of 30 items, two islands per fragment) from one Redis on the
same machine. \`'use cache: remote'\` uses a published handler, which reads each fragment from Redis. This library keeps
copies in the process and follows the expiries in Redis. With \`strict\` it also sends one command to Redis per request.
Without copies (\`local: false\`) it reads each fragment from Redis. ${rounds} rounds of ${seconds} s, measured as above.

${formatRedisTable(variants, `${HANDLER} ${getVersion(HANDLER)}`)}

${describeMachine()}.
`
}
