// npm run bench:rebuild: measures how edits affect readers, with and without a worker, on one Next site and one Redis.
import { execFileSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { createRandom } from '../createRandom.mjs'
import { createProgress } from '../pages/createProgress.mjs'
import { findOnPath } from '../pages/findOnPath.mjs'
import { measureInterleaved } from '../pages/measureInterleaved.mjs'
import { writeSection } from '../writeSection.mjs'
import { formatSection } from './formatSection.mjs'
import { formatStorms } from './formatStorms.mjs'
import { measureStorms } from './measureStorms.mjs'
import { measureTurn } from './measureTurn.mjs'
import { runOnSite } from './runOnSite.mjs'
import { buildSite } from './site.mjs'
import { strategies } from './strategies.mjs'
import { summarizeStorms } from './summarizeStorms.mjs'
import { summarizeTurns } from './summarizeTurns.mjs'

const USAGE = `npm run bench:rebuild: runs readers and an editor on one Next site. The site announces edits with expireObj, with
refreshObj, or with publishContent and a worker. Then edit storms on large pages, without readers,
measure the CPU time of the worker's rebuilds. Writes docs/benchmarks.md. Exits with 2 when a worker runs and a reader
waits for a fill, or when the worker leaves a page out of date.
  npm run bench:rebuild -- --seconds 12    duration of each strategy in a round
  npm run bench:rebuild -- --rounds 3      number of rounds, in each of which all strategies take turns
  npm run bench:rebuild -- --readers 30    page requests per second
  npm run bench:rebuild -- --edits 4       edits per second; a page should have at most one edit per second
  npm run bench:rebuild -- --storms 6      number of edit storms
  npm run bench:rebuild -- --storm-only    runs only the edit storms, and does not write docs/benchmarks.md
  npm run bench:rebuild -- --json          prints the results as JSON
  npm run bench:rebuild -- --dry           does not write docs/benchmarks.md
  npm run bench:rebuild -- --help          prints this help`

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '12' },
    rounds: { type: 'string', default: '3' },
    readers: { type: 'string', default: '30' },
    edits: { type: 'string', default: '4' },
    storms: { type: 'string', default: '6' },
    'storm-only': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit()
}
const seconds = readNumber('seconds', 600)
const rounds = readNumber('rounds', 100)
const readers = readNumber('readers', 1_000)
const edits = readNumber('edits', 100)
const storms = readNumber('storms', 100)
if (!findOnPath('redis-server')) fail('redis-server is not on PATH. Install it, then run this again.')

const [load] = loadavg()
if (load > cpus().length / 2)
  console.error(
    `The machine is busy with other work (load ${load.toFixed(1)}), so the measured times will be too long.`,
  )
/** Of the order of the strategies. It may be the same in each run, because it differs from round to round. */
const SEED = 1
const progress = createProgress(process.stderr)
try {
  await buildSite()
  const turns = values['storm-only'] ? undefined : await runOnSite(measureTurns)
  // In a process of its own, so that the storms do not depend on the measurement before them.
  const storm = summarizeStorms(await runOnSite(runStorms))
  const text = turns
    ? formatSection(turns, storm, { rounds, seconds, readers, edits, load, redis: readRedisVersion() })
    : formatStorms(storm)
  if (turns && !values.dry) writeSection('rebuild', text)
  process.stdout.write(values.json ? `${JSON.stringify({ turns, storm }, null, 2)}\n` : text)
  const { waitedForFill = 0, waits, stalePages = 0 } = turns?.at(-1) ?? {}
  if (stalePages + storm.stalePages > 0) {
    console.error(`The worker was idle and ${stalePages + storm.stalePages} pages were out of date.`)
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
}

async function measureTurns(running) {
  const settings = { ...running, seconds, readers, edits }
  // Warms up the JIT compilers.
  for (const strategy of strategies)
    await measureTurn(strategy, { ...settings, seconds: Math.min(seconds, 2), first: 0 })
  progress.begin('Edits', strategies.length * rounds)
  let first = 0
  const turns = await measureInterleaved(strategies, rounds, createRandom(SEED), async (strategy) => {
    const turn = await measureTurn(strategy, { ...settings, first })
    first = turn.next
    progress.advance()
    return turn
  })
  progress.end()
  return strategies.map((strategy, index) => summarizeTurns(strategy, turns[index]))
}

async function runStorms(running) {
  progress.begin('Storms', storms)
  const measured = await measureStorms({ ...running, storms, onStorm: progress.advance })
  progress.end()
  return measured
}

function readRedisVersion() {
  return execFileSync('redis-server', ['--version'], { encoding: 'utf8' }).match(/v=(\S+)/)[1]
}

function readNumber(name, max) {
  const number = Number(values[name])
  if (!Number.isInteger(number) || number < 1 || number > max)
    fail(`--${name} must be an integer from 1 to ${max}, not ${values[name]}.`)
  return number
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
