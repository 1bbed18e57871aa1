import { machine, version } from './machine.mjs'
import { shapes } from './shapes.mjs'
import { redisTable, shapeTable, targetTable } from './tables.mjs'

const HANDLER = '@mrjasonroy/cache-components-cache-handler'

export function pagesSection(measured, judged, { rounds, seconds, loads, bare }) {
  const tables = shapes
    .filter(({ name }) => measured[name])
    .map((shape) => shapeTable(shape, measured[shape.name]))
  return `## Pages

${targetTable(judged)}

One Next site renders the same components in each mode. Only the wrapper around them differs. Before a measurement, the text of
the pages must be equal in all modes. For a hit the server must have rendered nothing, and for a miss, which finds none of its
keys, everything. Each item has a heading with a link, a summary and a line with author and date. Islands are client components
with state.

The modes take turns, in ${rounds} rounds: ${seconds} s of 3 connections for pages/s and CPU (the one process of the server, all of
its threads), then one visitor alone for the milliseconds. Documents are sent uncompressed; gzip is level 6. The browser
loads each page ${loads} times, each time as a new visitor. JS heap is the size after a forced collection; a page with two islands
and nothing else takes ${(bare.heap / 1e6).toFixed(2)} MB of it. Task time is the CPU time of the browser's main thread until the last island is
hydrated (there ${bare.task.toFixed(0)} ms). Figures are medians, ratios are medians of the ratios within each round.
${machine()}, all stores in memory.

All pages but the prerendered one are rendered for each request (\`force-dynamic\`). \`'use cache'\` is enabled by
\`experimental.useCache\`, without \`cacheComponents\`, with which its hits took more CPU, and has a lifetime of \`max\`. The
documents are the same without a cache, with \`'use cache'\`, with \`'use cache: remote'\` and with \`unstable_cache\`, so the browser
loads only one of these pages.

${tables.join('\n\n')}
`
}

export function redisSection(variants, { rounds, seconds }) {
  return `## Pages from Redis

Hits of the first of these pages (20 fragments of 30 items, two islands per fragment), from one Redis on the same machine. They are
served by this library, and by \`'use cache: remote'\` with a published handler, which reads each fragment from Redis. This library
keeps copies in the process, which follow expiries in Redis. \`strict\` asks Redis once per request. Without copies
(\`local: false\`) each fragment is read from Redis. ${rounds} rounds of ${seconds} s, measured as above.

${redisTable(variants, `${HANDLER} ${version(HANDLER)}`)}

${machine()}.
`
}
