// npm run bench:profile: measures a server's time for one page by part, without a cache, with hits and with misses.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describeMachine } from '../pages/describeMachine.mjs'
import { BROWSER_ENCODING, load } from '../pages/load.mjs'
import { buildSite, startServer } from '../pages/site.mjs'
import { describeTimes } from './describeTimes.mjs'
import { drawChart } from './drawChart.mjs'
import { getTimes, parts } from './parts.mjs'

const LOADS = 100
const pages = [
  { page: 'no-cache/20x30', title: 'no cache' },
  { page: 'hit/20x30', title: 'hits' },
  { page: 'miss/20x30', title: 'misses' },
  { page: 'hit/100x3', title: 'hits, 100 fragments' },
  { page: 'no-cache/20x30-nested', title: 'nested, no cache' },
  { page: 'hit/20x30-nested', title: 'nested, hits' },
  { page: 'miss/20x30-nested', title: 'nested, misses' },
  { page: 'no-cache/empty', title: 'empty page' },
]
const docs = resolve(import.meta.dirname, '../../docs')

await buildSite('on')
const site = await startServer({ build: 'on' })
const profiled = []
try {
  for (const { page, title } of pages) {
    const url = `${site.url}/${page}`
    for (let i = 0; i < LOADS; i++) await load(url, { encoding: BROWSER_ENCODING })
    await fetch(`${site.url}/profile`, { method: 'POST' })
    for (let i = 0; i < LOADS; i++) await load(url, { encoding: BROWSER_ENCODING })
    const profile = await (await fetch(`${site.url}/profile`, { method: 'DELETE' })).json()
    profiled.push({ title, times: getTimes(profile).map((time) => time / LOADS) })
  }
} finally {
  await site.stop()
}

writeFileSync(resolve(docs, 'images/profile.svg'), drawChart(profiled))
const text = formatPage()
writeFileSync(resolve(docs, 'profile.md'), text)
console.log(text)

function formatPage() {
  const formatRow = (cells) => `| ${cells.join(' | ')} |`
  const rows = parts.map(({ title }, part) =>
    formatRow([title, ...profiled.map(({ times }) => times[part].toFixed(2))]),
  )
  const sumTimes = ({ times }) => times.reduce((sum, time) => sum + time, 0)
  return `# Where the time goes

Written by \`npm run bench:profile\`; do not edit. The table shows the CPU time of the server's main thread per page in
milliseconds. A page has 20 fragments of 30 items, or 100 of three, with two client components per fragment. "Nested" is one
fragment with 20 sections of 30 rows, 621 fragments in all. The empty page is dynamic too. \`cacheComponents\` is on, and
documents are compressed. Each figure is the mean of ${LOADS} sequential loads after ${LOADS} loads to warm up. V8's profiler
takes the samples and slows the server down a little. ${describeMachine()}.

![The server's time for a page without a cache, of hits, and of misses](images/profile.svg)

${formatRow(['', ...profiled.map(({ title }) => title)])}
${formatRow(['---', ...profiled.map(() => '---')])}
${rows.join('\n')}
${formatRow(['all', ...profiled.map((one) => sumTimes(one).toFixed(2))])}

${describeTimes(profiled)}
`
}
