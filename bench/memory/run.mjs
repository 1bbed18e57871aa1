import { parseArgs } from 'node:util'
import { startRedis } from '../redis/startRedis.mjs'
import { phases, surviveLargeTrees } from './phases.mjs'
import { buildSite, startSite, versionOf } from './site.mjs'
import { rowOf, tableOf } from './table.mjs'

const USAGE = `npm run soak:memory: serves a site for long and measures the heap, after a forced collection, before and after
each phase. Ends with 1 when the heap is not flat within ${'`'}--tolerance${'`'} or objects of requests stay alive.
  npm run soak:memory -- --store redis          or memory (default)
  npm run soak:memory -- --node /path/to/node   the Node that serves the site (default: this one)
  npm run soak:memory -- --refreshes 2000       refreshes of one fragment (default 20000)
  npm run soak:memory -- --hits 2000            hits of fragments on three routes (default 20000)
  npm run soak:memory -- --entries 200          fragments that are hit, in tens (default 2000)
  npm run soak:memory -- --expiries 2000        expiries of one fragment (default 20000)
  npm run soak:memory -- --items 1000           items of the fragment that is refreshed and expired (default 100)
  npm run soak:memory -- --aborts 500           requests whose reader leaves (default 5000)
  npm run soak:memory -- --tolerance 20         percent that the heap may differ (default 10)
  npm run soak:memory -- --no-large             leaves out the large trees in a heap of 200 MB
  npm run soak:memory -- --json                 the figures as JSON
  npm run soak:memory -- --help                 prints this`

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
  check(Number.isSafeInteger(counts[name]) && counts[name] >= 0, `--${name} ${values[name]} is no number.`)
check(['memory', 'redis'].includes(values.store), `--store ${values.store} is neither memory nor redis.`)

const { store, node } = values
if (values.build) await buildSite()
const redis = store === 'redis' ? await startRedis() : undefined
const env = redis ? { CONTENT_CACHE_REDIS_URL: redis.url } : {}
const rows = []
try {
  const site = await startSite({ node, env })
  try {
    for (const phase of phases) {
      progress(phase.name)
      rows.push(rowOf(phase, await phase.run(site, counts), counts))
    }
  } finally {
    await site.stop()
  }
  if (values.large) {
    progress('large trees')
    const small = await startSite({ node, env, flags: ['--max-old-space-size=200'] })
    try {
      rows.push(rowOf({ name: 'large trees, 200 MB of heap' }, await surviveLargeTrees(small), counts))
    } finally {
      await small.stop()
    }
  }
} finally {
  await redis?.stop()
}

const version = versionOf(node)
if (values.json) console.log(JSON.stringify({ node: version, store, rows }, null, 2))
else console.log(`Node ${version}, ${store}\n\n${tableOf(rows)}`)
if (rows.some(({ passed }) => !passed)) process.exitCode = 1

function check(holds, otherwise) {
  if (holds) return
  console.error(otherwise)
  process.exit(2)
}

function progress(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
}
