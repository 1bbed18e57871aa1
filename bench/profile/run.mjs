// npm run bench:profile: where a server's time goes for one page without a cache, of hits, and of misses.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { load } from '../pages/load.mjs'
import { machine } from '../pages/machine.mjs'
import { buildSite, startSite } from '../pages/site.mjs'
import { chart } from './chart.mjs'
import { parts, timesOf } from './parts.mjs'

const LOADS = 200
const pages = [
  { page: 'no-cache/20x30', title: 'no cache' },
  { page: 'hit/20x30', title: 'hits' },
  { page: 'miss/20x30', title: 'misses' },
  { page: 'hit/100x3', title: 'hits, 100 fragments' },
]
const docs = resolve(import.meta.dirname, '../../docs')

await buildSite()
const site = await startSite()
const profiled = []
try {
  for (const { page, title } of pages) {
    const url = `${site.url}/${page}`
    for (let i = 0; i < LOADS; i++) await load(url)
    await fetch(`${site.url}/profile`, { method: 'POST' })
    for (let i = 0; i < LOADS; i++) await load(url)
    const profile = await (await fetch(`${site.url}/profile`, { method: 'DELETE' })).json()
    profiled.push({ title, times: timesOf(profile).map((time) => time / LOADS) })
  }
} finally {
  await site.stop()
}

writeFileSync(resolve(docs, 'images/profile.svg'), chart(profiled))
writeFileSync(resolve(docs, 'profile.md'), page())
console.log(page())

function page() {
  const row = (cells) => `| ${cells.join(' | ')} |`
  const rows = parts.map(({ title }, part) =>
    row([title, ...profiled.map(({ times }) => times[part].toFixed(2))]),
  )
  const total = ({ times }) => times.reduce((sum, time) => sum + time, 0)
  return `# Where the time goes

Written by \`npm run bench:profile\`; do not edit. CPU of the server's main thread for one page, in milliseconds: 20
fragments of 30 items, or 100 of three, with two client components each, ${LOADS} loads one after the other, after as many
to warm up.
Sampled by V8's profiler, which slows everything down a little. ${machine()}.

![The server's time for a page without a cache, of hits, and of misses](images/profile.svg)

${row(['', ...profiled.map(({ title }) => title)])}
${row(['---', ...profiled.map(() => '---')])}
${rows.join('\n')}
${row(['all', ...profiled.map((one) => total(one).toFixed(2))])}

Without a cache, and with a cache that keeps React's output, React takes nearly all of the time: every element is encoded for the
browser, decoded to be rendered, and rendered to HTML. A hit still costs Next's work for any page that it renders for a
request, the client components, and copying the HTML. A miss renders the fragment, decodes it, lets React write the HTML once,
and is then served like a hit.
`
}
