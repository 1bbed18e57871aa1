// npm run bench:caches: the CPU time of hits in Next's caches, with the caches of Next, this library and others, in turn.
import { parseArgs } from 'node:util'
import { createRandom } from '../createRandom.mjs'
import { applyLoad } from '../pages/applyLoad.mjs'
import { describeMachine } from '../pages/describeMachine.mjs'
import { measureInterleaved } from '../pages/measureInterleaved.mjs'
import { startRedis } from '../redis/startRedis.mjs'
import { getMiddleHalf, median } from '../statistics.mjs'
import { writeSection } from '../writeSection.mjs'
import { measureStoreHits, readCpu } from './measureStoreHits.mjs'
import { buildSite, isBuilt, startSite } from './site.mjs'

const USAGE = `npm run bench:caches: measures hits in Next's caches, and writes that part of docs/benchmarks.md.
  npm run bench:caches -- --rounds 5      rounds (default 15)
  npm run bench:caches -- --requests 300  requests a round (default 600)
  npm run bench:caches -- --no-write      prints the section only
  npm run bench:caches -- --help          prints this help`

const { values } = parseArgs({
  allowNegative: true,
  options: {
    rounds: { type: 'string', default: '15' },
    requests: { type: 'string', default: '600' },
    write: { type: 'boolean', default: true },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit()
}
const rounds = Number(values.rounds)
const requests = Number(values.requests)

const pages = [
  { path: '/text/10', name: 'prerendered page, 10 paragraphs', atMost: 1.2 },
  { path: '/text/1000', name: 'prerendered page, 1,000 paragraphs', atMost: 1.2 },
  { path: '/hits/10', name: "dynamic page with a `'use cache'` hit, 10 paragraphs", atMost: 1.3 },
  { path: '/hits/1000', name: "dynamic page with a `'use cache'` hit, 1,000 paragraphs", atMost: 1.3 },
]
const kinds = [
  { id: 'next', name: "Next's memory", caches: 'next' },
  { id: 'memory', name: 'this library, in memory', caches: 'content-cache' },
  { id: 'redis', name: 'this library, on Redis', caches: 'content-cache', withRedis: true },
  { id: 'published', name: 'published handlers on Redis', caches: 'published', withRedis: true },
]

/** Entries that are read once, so that the process has no copy. */
const entries = [
  { path: (entry) => `/stories/${entry}`, name: 'page of 5 KB', atMost: 1 },
  { path: (entry) => `/stored/${entry}`, name: "dynamic page with a `'use cache'` hit of 5 KB", atMost: 1 },
]

// The notifications are what one of the published handlers requires.
const redis = await startRedis('--notify-keyspace-events', 'Exe')
const sites = new Map()
/** Processes that store what others read. */
const fillers = new Map()
try {
  for (const caches of new Set(kinds.map((kind) => kind.caches)))
    if (!isBuilt(caches)) await buildSite(caches, { CONTENT_CACHE_REDIS_URL: redis.url })
  for (const { id, caches, withRedis } of kinds) {
    const env = withRedis ? { CONTENT_CACHE_REDIS_URL: redis.url, REDIS_URL: redis.url } : {}
    sites.set(id, await startSite(id, { caches, env }))
    if (withRedis) fillers.set(id, await startSite(`filler of ${id}`, { caches, env }))
  }
  const rows = []
  for (const page of pages) rows.push({ page, results: await measurePage(page) })
  const storeRows = []
  for (const entry of entries) storeRows.push({ entry, results: await measureEntries(entry) })
  const section = `${formatSection(rows)}\n\n${formatStoreSection(storeRows)}`
  console.log(section)
  if (values.write) writeSection('caches', section)
  const missed = rows.filter(({ page, results }) =>
    ['memory', 'redis'].some((id) => results.get(id).ratio > page.atMost),
  )
  const missedEntries = storeRows.filter(({ entry, results }) => results.get('redis').ratio > entry.atMost)
  if (missed.length + missedEntries.length > 0) process.exitCode = 2
} finally {
  for (const site of [...sites.values(), ...fillers.values()]) await site.stop()
  await redis.stop()
}

async function measurePage({ path }) {
  const measure = async ({ id }) => {
    const { url } = sites.get(id)
    const before = await readCpu(url)
    await load(url, path, requests)
    return (await readCpu(url)) - before
  }
  // Compiled, and with its page in the process. A dynamic page first, because Node is slower once it has rendered one.
  for (const { id } of kinds) {
    const { url } = sites.get(id)
    await load(url, '/hits/10', 200)
    await load(url, path, 3 * requests)
  }
  const variants = kinds.map((kind) => ({ ...kind, build: 'same', group: 'same' }))
  const results = await measureInterleaved(variants, rounds, createRandom(1), measure)
  const base = results[0]
  return new Map(
    kinds.map(({ id }, index) => {
      const ratios = results[index].map((value, round) => value / base[round])
      return [
        id,
        {
          milliseconds: median(results[index]) / requests / 1000,
          ratio: median(ratios),
          range: getMiddleHalf(ratios),
        },
      ]
    }),
  )
}

/** @returns the time of a hit in Redis with this library, and its ratio to that with the published handlers */
async function measureEntries({ path }) {
  const variants = ['published', 'redis'].map((id) => ({
    name: id,
    filler: fillers.get(id),
    reader: sites.get(id),
    keepsCopies: id === 'redis',
  }))
  const results = await measureStoreHits({ variants, path, rounds, requests })
  return new Map(
    variants.map(({ name }, index) => {
      const ratios = results[index].map((value, round) => value / results[0][round])
      return [
        name,
        {
          milliseconds: median(results[index]) / 1000,
          ratio: median(ratios),
          range: getMiddleHalf(ratios),
        },
      ]
    }),
  )
}

function load(url, path, amount) {
  const visits = Array.from({ length: 4 }, () => [{ path }])
  return applyLoad({ site: url, visits, amount: Math.ceil(amount / 4) * 4, encoding: 'identity' })
}

function formatSection(rows) {
  const head = ['CPU per request', ...kinds.map(({ name }) => name), 'at most']
  const lines = rows.map(({ page, results }) => {
    const [base, ...others] = kinds.map(({ id }) => results.get(id))
    return [page.name, formatTime(base), ...others.map(formatResult), `${page.atMost}×`]
  })
  return `## Hits in the caches of Next

Written by \`npm run bench:caches\`. ${describeMachine()} ${rounds} rounds in turn, of ${requests} requests each on 4 connections. The ratios
are those of a round to Next's memory in the same round: the median, and the middle half. The published handlers are
\`@trieb.work/nextjs-turbo-redis-cache\` for pages, and \`@mrjasonroy/cache-components-cache-handler\` for \`'use cache'\`, and ask Redis at
each hit. With this library on Redis, hits come from copies in the process.

${formatTable(head, lines)}`
}

function formatStoreSection(rows) {
  const head = ['CPU per request', 'published handlers', 'this library', 'at most']
  const lines = rows.map(({ entry, results }) => [
    entry.name,
    formatTime(results.get('published')),
    formatResult(results.get('redis')),
    `${entry.atMost}×`,
  ])
  return `### Hits without a copy in the process

Another process has stored the entries. Ratios to the published handlers, which keep no copies here. This library reads each entry
once, and its time includes the check of the entry, its decompression, and making the copy.

${formatTable(head, lines)}`
}

function formatTime({ milliseconds }) {
  return `${milliseconds.toFixed(2)} ms`
}

function formatResult({ milliseconds, ratio, range }) {
  const [low, high] = range.map((value) => value.toFixed(2))
  return `${formatTime({ milliseconds })}, ${ratio.toFixed(2)}× (${low}–${high})`
}

function formatTable(head, lines) {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
