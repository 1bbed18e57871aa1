import { builds } from './builds.mjs'
import { getRatio } from './compareRounds.mjs'
import { CONNECTIONS } from './createVariants.mjs'
import { describeMachine, getVersion } from './describeMachine.mjs'
import { getMedian } from './formatTable.mjs'
import { SINGLE_LOADS } from './measureServer.mjs'
import { MIN_LOADS, NEXT_WARM_UP, WARM_UP } from './preparePage.mjs'

/** Describes the measurement of the pages. */
export function describeMeasurement({ rounds, seconds, loads, seed, bare, nodeVersion, buildNames }) {
  const columns = builds.filter(({ name }) => buildNames.includes(name)).map(({ title }) => title)
  const describedBuilds =
    columns.length === 1
      ? `The site is built with ${columns[0]}.`
      : `The site is built twice. A column "off" is of the build with ${columns[1]}, the column before it of the build with\n${columns[0]}.`
  const browser = bare
    ? `

The browser loads pages of the first build ${loads} times, each time in a new context. JS heap is the size after a forced collection;
a page with only two islands takes ${(bare.heap / 1e6).toFixed(2)} MB. Task time is the computing time of the browser's main thread until
the last island is hydrated; the page with only two islands takes ${bare.task.toFixed(0)} ms. Listeners are the event listeners after the
collection; the page with only two islands has ${bare.listeners.toFixed(0)}.`
    : ''
  return `One Next site renders the same components in each mode; only their wrapper differs.
${describedBuilds}
With \`cacheComponents\`, \`partialPrefetching\` is on too, as \`create-next-app\` sets both. The page then has a \`<Suspense>\` around
its content, as Next requires, Next sends a prerendered shell before the content, and each document ends with a second
encoding of the shell for later navigations. The site sets no other option that changes a page. All stores are in memory.

Pages call \`await connection()\`, so none of their content is in a prerendered shell, not even content with \`'use cache'\`.
They stand for pages that show something of the request, such as the visitor's name. Without the call, Next can prerender
the content of \`'use cache'\`. The rows "prerendered page" show the case in which Next has prerendered everything. The page
"prefetch" does not call \`connection\`.

Before a measurement, the benchmark checks that the pages show the same text in all modes and builds. During each
measurement it checks the server's counts: a hit renders nothing, a cold page renders everything, and an edit renders the
edited row and the fragments around it, while all others are hits. No store may report an error. Before each load of "after
an edit", another request expires one random row with \`expireObj\`. The tables of pages include its CPU time and duration.
The targets subtract the CPU time of this request in each round, because it loads no page. The benchmark measures it alone,
with rows that no page shows. A cold page uses keys that are not in the cache. Each item has a heading with a link, a
summary, and a line with author and date. Islands are client components with state. A card is an item with a \`next/image\` and
three \`next/link\`. The row "with \`<a>\` and \`<img>\`" shows hits of the same cards with the elements that these components
render, as a floor. The text of an article is HTML in \`dangerouslySetInnerHTML\`.

Each build has one server process for all modes, and a second one for the rows with \`generateEtags: false\`. The first page
that a process loads in a mode is loaded at least ${WARM_UP.min} times beforehand, so that V8 optimizes the code. It is loaded up to
${WARM_UP.max} times, if that takes no longer than ${WARM_UP.seconds} s. Each further page of the mode is loaded ${NEXT_WARM_UP.min} times, because it runs the same code.

The modes of both builds take turns in ${rounds} rounds, in a random order in each round (\`--seed ${seed}\`). Modes that a target compares
are measured soon after one another. Before each measurement the server collects its young garbage, which the mode before
has left. A full collection is not forced, because V8 then discards optimized code, and the code would be measured cold. Old
garbage can be collected during the measurement of another mode. The random order distributes this cost.

In a measurement, ${CONNECTIONS} connections load a page as often as it can be loaded in about ${seconds} s, and each at least ${MIN_LOADS} times. The page
"waiting" is loaded by one connection. Server CPU is the CPU time of all threads of the server's process in this time, divided
by the pages. It includes compression and the garbage collections in this time, but not the collection before. This load comes
from autocannon ${getVersion('autocannon')}. Then one connection of the benchmark's own client loads the page ${SINGLE_LOADS} times and measures the latency:
"content" is the time to the first byte of the page's content, which follows the shell. The loads to warm up come from this
client too. Both clients send \`accept-encoding: gzip, deflate, br\`, as a browser does.

Figures are medians of the rounds. A ratio is the ratio of two such medians. The brackets in the table of targets contain the
lowest and the highest ratio of a round. The middle half of the rounds is left when a quarter of them, rounded down, is
omitted at each end. A target is met when the ratio and the ratios of this middle half keep the limit, and missed when none
of them does. Otherwise the verdict is "unclear".

${describeMachine(nodeVersion)}.${browser}

\`'use cache'\` has a \`cacheLife\` of \`max\`; without \`cacheComponents\` it is enabled by \`experimental.useCache\`. Next sends the same
document without a cache, with \`'use cache'\`, with \`'use cache: remote'\` and with \`unstable_cache\`, so the browser loads only
one of these pages. The empty dynamic page is the least that Next needs for a page that it renders.`
}

/** Compares hits with the prerendered page, and shows the measured cost of its ETag and of its compression. */
export function describePrerendered({ compressed, identity }) {
  const getCpu = (byMode, name) => `${getMedian(byMode[name].server, 'cpu').toFixed(1)} ms`
  const formatSize = ({ bytes }) => `${(bytes / 1024).toFixed(0)} KiB`
  const compareRates = (byMode, name) =>
    `${getRatio(byMode.hit.server, byMode[name].server, 'perSecond').toFixed(2)}×`
  return `A prerendered page has nothing to render. Its ${formatSize(identity.static)} contain the content twice. For each request, Next hashes
the document for its ETag, in JavaScript, and compresses it. Two servers show the cost of the ETag. They differ only in
\`generateEtags: false\`. Uncompressed, the page takes ${getCpu(identity, 'static')} of CPU on the server with ETags, and ${getCpu(identity, 'static-no-etag')} on the server
without. There, it takes ${getCpu(compressed, 'static-no-etag')} with compression. A hit has no ETag, and ${formatSize(identity.hit)} to compress. Hits reach ${compareRates(compressed, 'static')} of
the pages/s of the prerendered page as Next sends it by default, and ${compareRates(compressed, 'static-no-etag')} with \`generateEtags: false\`. Behind a proxy
that compresses, it is ${compareRates(identity, 'static')} with ETags and ${compareRates(identity, 'static-no-etag')} without.`
}
