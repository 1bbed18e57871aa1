// npm run soak:caches-memory: the memory of a process and of Redis while pages are requested a million times, and edited.
import { parseArgs } from 'node:util'
import { applyLoad } from '../pages/applyLoad.mjs'
import { startRedis } from '../redis/startRedis.mjs'
import { median } from '../statistics.mjs'
import { buildSite, isBuilt, startSite } from './site.mjs'
import { startCms } from './startCms.mjs'

const USAGE = `npm run soak:caches-memory: requests pages and route handlers, expires them, and measures memory after garbage collections.
  npm run soak:caches-memory -- --requests 100000   number of requests (default 1,000,000)
  npm run soak:caches-memory -- --tolerance 20      allowed growth of the heap in percent (default 10)
  npm run soak:caches-memory -- --help              prints this help`

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    tolerance: { type: 'string', default: '10' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit()
}

const CONNECTIONS = 8
const STEPS = 20
const PATHS = ['/prerendered/', '/cached/', '/tagged/', '/feed/'].flatMap((kind) =>
  [0, 1, 2].map((page) => kind + page),
)
const FILMS = 12
/** Between two edits, each of all paths. A multiple of the connections. */
const VISITS_PER_EDIT = 88
const REQUESTS_PER_EDIT = VISITS_PER_EDIT * PATHS.length

const stepRequests = Math.ceil(Number(values.requests) / STEPS / REQUESTS_PER_EDIT) * REQUESTS_PER_EDIT
if (!isBuilt('content-cache')) await buildSite('content-cache')
const redis = await startRedis()
const cms = await startCms()
const env = { BENCH_CMS: cms.url, CONTENT_CACHE_REDIS_URL: redis.url }
const site = await startSite('memory', { caches: 'content-cache', env, nodeFlags: ['--expose-gc'] })
let version = 0
try {
  // Compiles the code.
  await runStep()
  await runStep()
  const measured = [await measure(0)]
  for (let step = 1; step <= STEPS; step++) {
    await runStep()
    measured.push(await measure(step * stepRequests))
  }
  // A single measurement varies by some objects that Node frees later.
  const [before, after] = [measured.slice(0, 5), measured.slice(-5)].map((some) =>
    median(some.map(({ heap }) => heap)),
  )
  const growth = (after / before - 1) * 100
  console.log(`heap: ${growth.toFixed(1)} %, from ${format(before)} to ${format(after)}`)
  if (growth > Number(values.tolerance)) process.exitCode = 1
} finally {
  await site.stop()
  cms.stop()
  await redis.stop()
}

async function runStep() {
  for (let sent = 0; sent < stepRequests; sent += REQUESTS_PER_EDIT) {
    const id = version++ % FILMS
    cms.save(id, version)
    const edited = await fetch(`${site.url}/edit`, { method: 'POST', body: JSON.stringify({ id }) })
    if (!edited.ok) throw new Error(`The edit failed: ${edited.status}`)
    const visits = Array.from({ length: CONNECTIONS }, () => PATHS.map((path) => ({ path })))
    await applyLoad({ site: site.url, visits, amount: VISITS_PER_EDIT, encoding: 'identity' })
  }
}

async function measure(requests) {
  const { heapUsed: heap, external, rss } = await (await fetch(`${site.url}/usage`)).json()
  const keys = await redis.redis.dbsize()
  const [, inRedis] = /used_memory:(\d+)/.exec(await redis.redis.info('memory'))
  const text = `heap ${format(heap)}, outside ${format(external)}, process ${format(rss)}`
  console.log(`${requests} requests: ${text}; Redis ${format(Number(inRedis))}, ${keys} keys`)
  return { heap }
}

function format(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
