import { builds } from './builds.mjs'
import { describeMachine, getVersion } from './describeMachine.mjs'
import { getMedian } from './formatTable.mjs'
import { getMedianRatio } from './getMedianRatio.mjs'

/** Describes the measurement of the pages. */
export function describeMeasurement({ rounds, seconds, loads, bare, nodeVersion, buildNames }) {
  const columns = builds.filter(({ name }) => buildNames.includes(name)).map(({ title }) => title)
  const describedBuilds =
    columns.length === 1
      ? `The site is built with ${columns[0]}.`
      : `The site is built twice. A column "off" is of the build with ${columns[1]}, the column before it of the build with\n${columns[0]}.`
  const browser = bare
    ? `

The browser loads pages of the first build ${loads} times, each time in a new context. JS heap is the size after a forced collection;
a page with only two islands takes ${(bare.heap / 1e6).toFixed(2)} MB. Task time is the computing time of the browser's main thread until
the last island is hydrated; the page with only two islands takes ${bare.task.toFixed(0)} ms.`
    : ''
  return `One Next site renders the same components in each mode; only their wrapper differs.
${describedBuilds}
With \`cacheComponents\`, \`partialPrefetching\` is on too, as \`create-next-app\` sets both. The page then has a \`<Suspense>\` around
its content, as Next requires, Next sends a prerendered shell before the content, and each document ends with a second
encoding of the shell for later navigations. The site sets no other option that changes a page. All stores are in memory.

Before a measurement, the benchmark checks that the pages show the same text in all modes and builds. During each
measurement it checks the server's counts: a hit renders nothing, a cold page renders everything, and an edit renders the
edited row and the fragments around it, while all others are hits. No store may report an error. Before each load of "after
an edit", another request expires one random row with \`expireObj\`. The tables of pages include its CPU time and duration.
The targets subtract the CPU time of this request in each round, because it loads no page. The benchmark measures it alone,
with rows that no page shows. A cold page uses keys that are not in the cache. Each item has a heading with a link, a
summary, and a line with author and date. Islands are client components with state.

Server CPU is the CPU time of all threads of the server's process, garbage collection and compression included. "Against no
cache" compares it. The load comes from autocannon ${getVersion('autocannon')}, with \`accept-encoding: gzip, deflate, br\` as a browser sends it.
Before the first round, each page is loaded 400 times, but not for longer than 6 s.
The modes of both builds take turns in ${rounds} rounds. In each round, 3 connections load a page as often as it can be loaded in
about ${seconds} s, and at least 6 times. Then one connection measures the latency: "content" is the time to the first byte of the
page's content, which follows the shell. Figures are medians. Ratios are medians of the ratios within each round.
${describeMachine(nodeVersion)}.${browser}

\`'use cache'\` has a \`cacheLife\` of \`max\`; without \`cacheComponents\` it is enabled by \`experimental.useCache\`. Next sends the same
document without a cache, with \`'use cache'\`, with \`'use cache: remote'\` and with \`unstable_cache\`, so the browser loads only
one of these pages. The empty dynamic page is the least that Next needs for a page that it renders.`
}

/** Says why hits can be faster than the prerendered page, with the measured shares. */
export function describePrerendered({ compressed, identity }) {
  const getCpu = (byMode, name) => getMedian(byMode[name].server, 'cpu')
  const hash = getCpu(identity, 'static') - getCpu(identity, 'static-no-etag')
  const gzip = getCpu(compressed, 'static-no-etag') - getCpu(identity, 'static-no-etag')
  const compareRates = (byMode, name) =>
    `${getMedianRatio(byMode.hit.server, byMode[name].server, 'perSecond').toFixed(2)}×`
  return `A prerendered page has nothing to render. Two other costs grow with its ${(identity.static.bytes / 1024).toFixed(0)} KiB, which contain the
content twice, and Next pays both for each request: ${hash.toFixed(1)} ms of CPU to hash the document for its ETag, in
JavaScript, and ${gzip.toFixed(1)} ms to compress it. A hit has no ETag, and ${(identity.hit.bytes / 1024).toFixed(0)} KiB to compress. Hits therefore reach ${compareRates(compressed, 'static')} of the
pages/s of the prerendered page as Next sends it by default, and ${compareRates(compressed, 'static-no-etag')} with \`generateEtags: false\`. Behind a proxy that
compresses, it is ${compareRates(identity, 'static')} with ETags and ${compareRates(identity, 'static-no-etag')} without.`
}
