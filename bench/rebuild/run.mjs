// npm run bench:rebuild: what readers notice of edits, with and without a worker, on one Next site and one Redis.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { createProgress } from '../pages/createProgress.mjs'
import { interleaved } from '../pages/interleaved.mjs'
import { onPath } from '../pages/onPath.mjs'
import { startRedis } from '../redis/startRedis.mjs'
import { writeSection } from '../section.mjs'
import { measureTurn } from './measureTurn.mjs'
import { sectionOf } from './section.mjs'
import { buildSite, startSite } from './site.mjs'
import { strategies } from './strategies.mjs'
import { summaryOf } from './summary.mjs'

const USAGE = `npm run bench:rebuild: readers and an editor on one Next site, whose edits are announced by expireObj, by
refreshObj, and by publishContent with a worker; writes docs/benchmarks.md. Ends with 2 when a reader waited for a
fill although a worker ran, or the worker left a page old.
  npm run bench:rebuild -- --seconds 12    for which each strategy is measured in a round
  npm run bench:rebuild -- --rounds 3      in which all strategies take turns
  npm run bench:rebuild -- --readers 30    a second
  npm run bench:rebuild -- --edits 4       a second; of one page no more than one a second is worth measuring
  npm run bench:rebuild -- --json          prints what was measured as JSON
  npm run bench:rebuild -- --dry           writes nothing
  npm run bench:rebuild -- --help          prints this`

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '12' },
    rounds: { type: 'string', default: '3' },
    readers: { type: 'string', default: '30' },
    edits: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit()
}
const seconds = numberOf('seconds', 600)
const rounds = numberOf('rounds', 100)
const readers = numberOf('readers', 1_000)
const edits = numberOf('edits', 100)
if (!onPath('redis-server')) fail('redis-server is not on PATH. Install it, then run this again.')

const [load] = loadavg()
if (load > cpus().length / 2)
  console.error(
    `The machine has other work (load ${load.toFixed(1)}): the times will be longer than they need be.`,
  )
const progress = createProgress(process.stderr)
const secret = randomBytes(24).toString('base64url')
let redis
let site
try {
  await buildSite()
  redis = await startRedis()
  site = await startSite({ CONTENT_CACHE_REDIS_URL: redis.url, CONTENT_CACHE_REBUILD_SECRET: secret })
  const isIdle = async () => (await redis.redis.exists('cc:rebuild:queue', 'cc:rebuild:active')) === 0
  const settings = { site, redis: redis.url, isIdle, secret, seconds, readers, edits }
  // For the compilers to settle.
  for (const strategy of strategies)
    await measureTurn(strategy, { ...settings, seconds: Math.min(seconds, 2), first: 0 })
  progress.begin('Edits', strategies.length * rounds)
  let first = 0
  const turns = await interleaved(strategies, rounds, async (strategy) => {
    const turn = await measureTurn(strategy, { ...settings, first })
    first = turn.next
    progress.advance()
    return turn
  })
  progress.end()
  const summaries = strategies.map((strategy, index) => summaryOf(strategy, turns[index]))
  const version = execFileSync('redis-server', ['--version'], { encoding: 'utf8' }).match(/v=(\S+)/)[1]
  const text = sectionOf(summaries, { ...settings, rounds, load, redis: version })
  if (!values.dry) writeSection('rebuild', text)
  process.stdout.write(values.json ? `${JSON.stringify(summaries, null, 2)}\n` : text)
  const { waitedForFill, waits, pagesLeftOld } = summaries.at(-1)
  if (pagesLeftOld > 0) {
    console.error(`The worker was done, and left ${pagesLeftOld} pages old.`)
    process.exitCode = 2
  }
  if (waitedForFill > 0) {
    console.error(
      `${waitedForFill} readers waited for a fill although a worker ran: ${JSON.stringify(waits)}`,
    )
    process.exitCode = 2
  }
} finally {
  progress.end()
  await site?.stop()
  await redis?.stop()
}

function numberOf(name, most) {
  const number = Number(values[name])
  if (!Number.isInteger(number) || number < 1 || number > most)
    fail(`--${name} ${values[name]} is not a whole number from 1 to ${most}.`)
  return number
}

function fail(why) {
  console.error(why)
  process.exit(1)
}
