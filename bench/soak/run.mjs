// npm run soak: two processes of the demo on one Redis, edited and read at once; proves that no page shows
// a title that is older than the last one acknowledged before the request began.
//   npm run soak -- --minutes 5          how long (default 1)
//   npm run soak -- --strict             consistency: 'strict', which allows no lag at all
//   npm run soak -- --edits 50           edits per second
//   npm run soak -- --json               the summary as JSON
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createClient } from '@libsql/client'
import { startRedis } from '../redis/startRedis.mjs'
import { quantile } from '../statistics.mjs'
import { createEditor } from './editor.mjs'
import { createLedger } from './ledger.mjs'
import { read } from './reader.mjs'
import { buildSite, importFilms, startSite } from './site.mjs'

/** Local copies follow the log of expiries; in the worst case a page lags by this, in milliseconds. */
const MAX_LAG = 1000
/** Next's own pages: what met an expiry while it was rendered is rendered anew a second or two later. */
const MAX_PAGE_LAG = 4000
const MAX_REQUESTS = 1_000_000
const READERS = 2

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    edits: { type: 'string', default: '50' },
    strict: { type: 'boolean', default: process.env.CONTENT_CACHE_CONSISTENCY === 'strict' },
    json: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
const perSecond = Number(values.edits)
if (!(minutes > 0 && minutes <= 24 * 60)) throw new Error(`--minutes ${values.minutes} is not a duration.`)
if (!(perSecond > 0 && perSecond <= 1000)) throw new Error(`--edits ${values.edits} is not a rate.`)

const counts = {
  edits: 0,
  failedEdits: 0,
  requests: 0,
  failedRequests: 0,
  marks: 0,
  outcomes: { hit: 0, miss: 0, join: 0, stale: 0, bypass: 0 },
  latencies: [],
  lastError: undefined,
}
const lags = { dynamic: 0, prerendered: 0 }
const violations = []
const started = []
const folder = mkdtempSync(join(tmpdir(), 'soak-'))
let ends = Number.POSITIVE_INFINITY
let redis
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    ends = 0
  })
}

try {
  await buildSite(progress)
  progress('importing films')
  const database = join(folder, 'films.db')
  await importFilms(database)
  const films = await chooseFilms(database)
  redis = await startRedis()
  progress('starting')
  for (const name of ['a', 'b']) {
    started.push(
      await startSite(name, {
        FILMS_DB: database,
        CONTENT_CACHE_REDIS_URL: redis.url,
        CONTENT_CACHE_CONSISTENCY: values.strict ? 'strict' : 'eventual',
      }),
    )
  }
  await soak(films)
} finally {
  progress('')
  for (const site of started) await site.stop()
  await redis?.stop()
  rmSync(folder, { recursive: true, force: true })
}
summarise()

async function soak(films) {
  const ledger = createLedger(films.map(({ id }) => id))
  const editor = createEditor({ films, sites: started, ledger, perSecond, counts })
  await editor.markAll()
  const began = performance.now()
  ends = Math.min(ends, began + minutes * 60_000)
  const until = () => (counts.requests < MAX_REQUESTS ? ends : 0)
  const pages = pagesOf(films)
  const ticker = setInterval(() => {
    const left = Math.max(0, Math.round((ends - performance.now()) / 1000))
    progress(
      `${left} s left: ${counts.edits} edits, ${counts.requests} pages, worst lag ${Math.round(lags.dynamic)} ms`,
    )
  }, 500)
  const readers = started.flatMap((site) =>
    Array.from({ length: READERS }, () => read({ site, pages, ledger, until, counts, onStale })),
  )
  await Promise.all([editor.run(until), ...readers])
  clearInterval(ticker)
  counts.seconds = (performance.now() - began) / 1000
}

function onStale({ site, page, found }) {
  const kind = page.prerendered ? 'prerendered' : 'dynamic'
  const allowed = page.prerendered ? MAX_PAGE_LAG : values.strict ? 0 : MAX_LAG
  for (const { film, shown, missed, lag } of found) {
    lags[kind] = Math.max(lags[kind], lag)
    if (lag > allowed)
      violations.push({ site, path: page.path, kind, film, shown, missed, lag: Math.round(lag) })
  }
}

/** Films that share front page, lists and directors, so that one page shows many and an edit hits many pages. */
async function chooseFilms(file) {
  const client = createClient({ url: `file:${file}` })
  const { rows } = await client.execute(
    `SELECT f.id, f.title, f.slug, f.genre, d.slug AS director FROM films f
     JOIN directors d ON d.id = f.director_id
     WHERE f.genre IS NOT NULL AND f.score IS NOT NULL ORDER BY f.score DESC, f.id LIMIT 24`,
  )
  client.close()
  return rows.map((row) => ({ ...row }))
}

function pagesOf(films) {
  const slug = (genre) => genre.toLowerCase().replace(/[^a-z]+/g, '-')
  const some = (paths) => [...new Set(paths)].map((path) => ({ path, marked: true, prerendered: false }))
  return [
    ...some(['/', '/', '/', '/?chart=gross', '/genres', '/decades', '/directors']),
    ...some(films.map(({ genre }) => `/genres/${slug(genre)}`)),
    ...some(films.slice(0, 8).map(({ title }) => `/search?q=${encodeURIComponent(title.toLowerCase())}`)),
    ...some(films.slice(0, 8).map(({ director }) => `/directors/${director}`)),
    ...films.slice(0, 8).map((film) => ({ path: `/films/${film.slug}`, marked: true, prerendered: true })),
  ].map((page) => (page.path === '/genres' || page.path === '/directors' ? { ...page, marked: false } : page))
}

function summarise() {
  const { latencies, outcomes } = counts
  const summary = {
    consistency: values.strict ? 'strict' : 'eventual',
    seconds: Math.round(counts.seconds),
    edits: counts.edits,
    requests: counts.requests,
    titlesChecked: counts.marks,
    failedEdits: counts.failedEdits,
    failedRequests: counts.failedRequests,
    lastError: counts.lastError,
    outcomes,
    milliseconds: {
      median: Math.round(quantile(latencies, 0.5)),
      p99: Math.round(quantile(latencies, 0.99)),
    },
    worstLag: { dynamic: Math.round(lags.dynamic), prerendered: Math.round(lags.prerendered) },
    violations: violations.length,
    firstViolations: violations.slice(0, 20),
  }
  const clean =
    violations.length === 0 && counts.failedRequests === 0 && counts.failedEdits === 0 && counts.marks > 0
  if (values.json) console.log(JSON.stringify(summary, null, 2))
  else console.log(text(summary))
  if (!clean) process.exitCode = 1
}

function text({ firstViolations, outcomes, worstLag, ...summary }) {
  return `${clean(summary)}
  ${summary.seconds} s, ${summary.edits} edits (${(summary.edits / summary.seconds).toFixed(0)}/s), ${summary.requests} pages (${(summary.requests / summary.seconds).toFixed(0)}/s), ${summary.titlesChecked} titles checked
  fragments: ${Object.entries(outcomes)
    .map(([outcome, number]) => `${number} ${outcome}`)
    .join(', ')}
  page: median ${summary.milliseconds.median} ms, p99 ${summary.milliseconds.p99} ms
  worst lag: ${worstLag.dynamic} ms on dynamic pages, ${worstLag.prerendered} ms on prerendered ones (consistency: ${summary.consistency})
  failed: ${summary.failedEdits} edits, ${summary.failedRequests} pages${summary.lastError ? `; last: ${summary.lastError}` : ''}
  violations: ${summary.violations}${firstViolations.map((violation) => `\n    ${JSON.stringify(violation)}`).join('')}`

  function clean({ violations }) {
    return violations === 0 ? 'No page was older than it may be.' : 'Some pages were older than they may be.'
  }
}

function progress(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
}
