// npm run bench: a page of 20 fragments without a cache, with hits, and with misses, in one run, interleaved.
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { writeSection } from './section.mjs'
import { serveSite } from './server.mjs'
import { median } from './statistics.mjs'

const ROUNDS = 7
const SECONDS = 2
const cases = [
  { title: 'rendering only', query: '', connections: 4 },
  { title: 'each fragment computes for 5 ms', query: '?work=5', connections: 4 },
  {
    title: 'each fragment waits 50 ms for its data, one visitor at a time',
    query: '?wait=50',
    connections: 1,
  },
]
const modes = [
  { title: 'no cache', path: '/plain' },
  { title: 'hit', path: '/cached' },
  { title: 'miss', path: '/miss' },
]

const agent = new Agent({ keepAlive: true, maxSockets: 4 })

/** Bytes of the page and milliseconds to its first and last byte. */
function load(url) {
  return new Promise((done, failed) => {
    const started = performance.now()
    get(url, { agent }, (reply) => {
      let bytes = 0
      let first
      reply.on('data', (chunk) => {
        first ??= performance.now() - started
        bytes += chunk.length
      })
      reply.on('end', () =>
        reply.statusCode === 200
          ? done({ bytes, first, last: performance.now() - started })
          : failed(new Error(`${url} answered ${reply.statusCode}`)),
      )
      reply.on('error', failed)
    }).on('error', failed)
  })
}

async function measure(site, path, connections) {
  const until = performance.now() + SECONDS * 1000
  const cpuBefore = await (await fetch(`${site}/cpu`)).json()
  const started = performance.now()
  const loads = []
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) loads.push(await load(site + path))
    }),
  )
  const seconds = (performance.now() - started) / 1000
  const cpu = (await (await fetch(`${site}/cpu`)).json()) - cpuBefore
  return {
    perSecond: loads.length / seconds,
    first: median(loads.map(({ first }) => first)),
    last: median(loads.map(({ last }) => last)),
    cpu: cpu / 1000 / loads.length,
    bytes: loads[0].bytes,
  }
}

const { url, stop } = await serveSite()
const sections = []
try {
  for (const { title, query, connections } of cases) {
    for (const { path } of modes) for (let i = 0; i < 20; i++) await load(url + path + query)
    const rounds = []
    for (let round = 0; round < ROUNDS; round++) {
      const results = []
      for (const { path } of modes) results.push(await measure(url, path + query, connections))
      rounds.push(results)
      if (process.stderr.isTTY) process.stderr.write(`\r${title}: round ${round + 1} of ${ROUNDS} `)
    }
    if (process.stderr.isTTY) process.stderr.write('\n')
    sections.push(table(`${title} (${connections} connection${connections > 1 ? 's' : ''})`, rounds))
  }
} finally {
  await stop()
}

function table(title, rounds) {
  const rows = modes.map((mode, index) => {
    const of = (field) => median(rounds.map((results) => results[index][field]))
    // A ratio within one round is fair even when the machine was slower in that round.
    const ratio = (field) => median(rounds.map((results) => results[index][field] / results[0][field]))
    return `| ${mode.title} | ${of('perSecond').toFixed(1)} | ${ratio('perSecond').toFixed(2)}× | ${of('first').toFixed(0)} | ${of('last').toFixed(0)} | ${of('cpu').toFixed(1)} | ${ratio('cpu').toFixed(2)}× | ${(of('bytes') / 1024).toFixed(0)} |`
  })
  return `### ${title[0].toUpperCase()}${title.slice(1)}

| | pages/s | against no cache | first byte, ms | last byte, ms | server CPU per page, ms | against no cache | KiB |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}`
}

const version = (name) =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, `../node_modules/${name}/package.json`), 'utf8'))
    .version
const text = `## Pages

One page of 20 fragments, each with 30 items that hold two client components. The three variants take turns in
one run (${ROUNDS} rounds of ${SECONDS} s); figures are medians, ratios are medians of the ratios within
each round. ${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.version}, Next.js ${version('next')}, React ${version('react')}, memory store.

${sections.join('\n\n')}

What to read from it: a hit saves everything that a fragment waits for and computes. It does not yet save
React from encoding, rendering to HTML and hydrating what the fragment contains, so where rendering is all
there is to a page, a hit gains nothing. A miss renders the fragment within the page's render, which costs
about as much again.
`
writeSection('pages', text)
process.stdout.write(text)
