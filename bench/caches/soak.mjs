// npm run soak:caches: three processes on one Redis, with pages, route handlers, 'use cache' and fragments, and faults.
import { parseArgs } from 'node:util'
import { startRedis } from '../redis/startRedis.mjs'
import { createEditor } from '../soak/editor.mjs'
import { createLedger } from '../soak/ledger.mjs'
import { runReader } from '../soak/reader.mjs'
import { injectFaults } from './faults.mjs'
import { buildSite, isBuilt, startSite } from './site.mjs'
import { startCms } from './startCms.mjs'

const USAGE = `npm run soak:caches: runs three processes on one Redis, with editors, readers and faults.
  npm run soak:caches -- --minutes 5        duration (default 1)
  npm run soak:caches -- --mode strict      strict or eventual (default)
  npm run soak:caches -- --edits 50         edits per second
  npm run soak:caches -- --caches next      with Next's own caches, for a comparison
  npm run soak:caches -- --no-faults        without faults
  npm run soak:caches -- --help             prints this help`

const { values } = parseArgs({
  allowNegative: true,
  options: {
    minutes: { type: 'string', default: '1' },
    mode: { type: 'string', default: 'eventual' },
    edits: { type: 'string', default: '50' },
    caches: { type: 'string', default: 'content-cache' },
    faults: { type: 'boolean', default: true },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit()
}

const PAGES = 6
const FILMS_PER_PAGE = 4
const KINDS = ['prerendered', 'cached', 'tagged', 'dynamic', 'feed']
const READERS = 2
const PROCESSES = 3

const films = Array.from({ length: PAGES * FILMS_PER_PAGE }, (_, id) => ({ id, title: '' }))
const { caches } = values
if (!isBuilt(caches)) await buildSite(caches)
const redis = await startRedis()
const cms = await startCms()
const env = {
  BENCH_CMS: cms.url,
  CONTENT_CACHE_REDIS_URL: redis.url,
  CONTENT_CACHE_CONSISTENCY: values.mode,
}
const counts = {
  edits: 0,
  failedEdits: 0,
  reads: 0,
  failedReads: 0,
  titles: 0,
  outcomes: {},
  latencies: [],
  editLatencies: [],
  lastError: undefined,
}
/**
 * Next lets a request join a render of the same page that has begun before it, in the same process. So a page may be behind
 * by the time of one render. Pages that are rendered for each request join no render.
 */
const mayJoin = (kind) => kind !== 'dynamic'
/** Copies of a process follow within this time. */
const MAX_LAG_MS = values.mode === 'strict' ? 0 : 1000
const lags = Object.fromEntries(KINDS.map((kind) => [kind, { missed: 0, worst: 0, slowest: 0 }]))
const violations = []
const sites = []
let faults
try {
  for (let index = 0; index < PROCESSES; index++) sites.push(await startSite(`p${index}`, { caches, env }))
  const ledger = createLedger(films.map(({ id }) => id))
  const editor = createEditor({
    films,
    sites,
    counts,
    perSecond: Number(values.edits),
    pick: (idle) => idle[Math.floor(Math.random() * idle.length)],
    async save(site, { id }, { title }) {
      cms.save(id, Number(/ v(\d+)\]/.exec(title)[1]))
      const reply = await fetch(`${site.url}/edit`, {
        method: 'POST',
        body: JSON.stringify({ id }),
        signal: AbortSignal.timeout(30_000),
      })
      if (!reply.ok) throw new Error(`status ${reply.status}`)
      await reply.text()
    },
    onEdited: (film, version, site) => ledger.acknowledge(film.id, version, site.name),
  })
  await editor.markAll()
  const endsAt = performance.now() + Number(values.minutes) * 60_000
  const until = () => endsAt
  if (values.faults) {
    const restart = async (index) => {
      const { name, stop } = sites[index]
      await stop()
      sites[index] = await startSite(name, { caches, env })
    }
    faults = injectFaults({ redis, sites, restart }, 2000)
  }
  const onPage = ({ site, path, html, startedAt }) => {
    const kind = path.split('/')[1]
    const record = lags[kind]
    record.slowest = Math.max(record.slowest, counts.latencies.at(-1))
    const { titles, sameProcess, others } = ledger.check(html, startedAt, site)
    counts.titles += titles
    for (const { lag, film, shown, missed } of [...sameProcess, ...others]) {
      record.missed++
      record.worst = Math.max(record.worst, lag)
      const allowed = MAX_LAG_MS + (mayJoin(kind) ? record.slowest : 0)
      if (lag > allowed)
        violations.push({
          lag: Math.round(lag),
          path,
          film,
          shown,
          missed: missed.version,
          site,
          by: missed.by,
        })
    }
  }
  const choosePage = () =>
    `/${KINDS[Math.floor(Math.random() * KINDS.length)]}/${Math.floor(Math.random() * PAGES)}`
  const readers = sites.flatMap((_, index) =>
    Array.from({ length: READERS }, () => {
      // The process may be replaced while it is read.
      const site = {
        get name() {
          return sites[index].name
        },
        get url() {
          return sites[index].url
        },
      }
      return runReader({ site, choosePage, until, counts, onPage })
    }),
  )
  await Promise.all([editor.run(until), ...readers])
} finally {
  await faults?.stop()
  for (const site of sites) await site.stop()
  cms.stop()
  await redis.stop()
}
const { latencies, editLatencies, ...totals } = counts
console.log(JSON.stringify({ ...totals, faults: faults?.counts }, null, 1))
for (const [kind, { missed, worst, slowest }] of Object.entries(lags)) {
  const behind = `${missed} behind an edit that was acknowledged before the request, by at most ${Math.round(worst)} ms`
  console.log(`${kind}: ${behind}; slowest answer ${Math.round(slowest)} ms`)
}
console.log(`${violations.length} violations`, violations.slice(0, 5))
if (violations.length > 0 || counts.reads === 0) process.exitCode = 1
