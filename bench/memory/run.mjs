import { parseArgs } from 'node:util'
import { startRedis } from '../redis/startRedis.mjs'
import { loadLargeTrees, phases } from './phases.mjs'
import { buildSite, getNodeVersion, startSite } from './site.mjs'
import { createRow, formatTable } from './table.mjs'

const USAGE = `npm run soak:memory: serves many requests and measures the heap before and after each phase, after a forced
garbage collection. Exits with 1 when the heap changes by more than --tolerance, or objects of requests stay alive.
  npm run soak:memory -- --store redis          store: memory (default) or redis
  npm run soak:memory -- --node /path/to/node   Node binary that serves the site (default: the current one)
  npm run soak:memory -- --refreshes 2000       number of refreshes of one fragment (default 20000)
  npm run soak:memory -- --hits 2000            number of hits on three routes (default 20000)
  npm run soak:memory -- --entries 200          number of fragments for the hits, a multiple of 10 (default 2000)
  npm run soak:memory -- --expiries 2000        number of expiries of one fragment (default 20000)
  npm run soak:memory -- --items 1000           items in the fragment that is refreshed and expired (default 100)
  npm run soak:memory -- --aborts 500           number of requests that the client aborts (default 5000)
  npm run soak:memory -- --tolerance 20         allowed change of the heap in percent (default 10)
  npm run soak:memory -- --no-large             skips the phase with large trees in a heap of 200 MB
  npm run soak:memory -- --json                 prints the results as JSON
  npm run soak:memory -- --help                 prints this help`

const { values } = parseArgs({
  allowNegative: true,
  options: {
    store: { type: 'string', default: 'memory' },
    node: { type: 'string', default: process.execPath },
    refreshes: { type: 'string', default: '20000' },
    hits: { type: 'string', default: '20000' },
    entries: { type: 'string', default: '2000' },
    expiries: { type: 'string', default: '20000' },
    items: { type: 'string', default: '100' },
    aborts: { type: 'string', default: '5000' },
    tolerance: { type: 'string', default: '10' },
    large: { type: 'boolean', default: true },
    build: { type: 'boolean', default: true },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit()
}
const numbers = ['refreshes', 'hits', 'entries', 'expiries', 'items', 'aborts', 'tolerance']
const counts = Object.fromEntries(numbers.map((name) => [name, Number(values[name])]))
for (const name of numbers)
  requireOption(
    Number.isSafeInteger(counts[name]) && counts[name] >= 0,
    `--${name} must be an integer of at least 0, not ${values[name]}.`,
  )
requireOption(
  ['memory', 'redis'].includes(values.store),
  `--store must be memory or redis, not ${values.store}.`,
)

const { store, node } = values
if (values.build) await buildSite()
const redis = store === 'redis' ? await startRedis() : undefined
const env = redis ? { CONTENT_CACHE_REDIS_URL: redis.url } : {}
const rows = []
try {
  const site = await startSite({ node, env })
  try {
    for (const phase of phases) {
      printProgress(phase.name)
      rows.push(createRow(phase, await phase.run(site, counts), counts))
    }
  } finally {
    await site.stop()
  }
  if (values.large) {
    printProgress('large trees')
    const small = await startSite({ node, env, flags: ['--max-old-space-size=200'] })
    try {
      rows.push(createRow({ name: 'large trees, 200 MB of heap' }, await loadLargeTrees(small), counts))
    } finally {
      await small.stop()
    }
  }
} finally {
  await redis?.stop()
}

const version = getNodeVersion(node)
if (values.json) console.log(JSON.stringify({ node: version, store, rows }, null, 2))
else console.log(`Node ${version}, ${store}\n\n${formatTable(rows)}`)
if (rows.some(({ passed }) => !passed)) process.exitCode = 1

function requireOption(isValid, message) {
  if (isValid) return
  console.error(message)
  process.exit(2)
}

function printProgress(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
}
