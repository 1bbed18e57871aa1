// npm run bench:redis: what the Redis store costs, against bare commands that do the same, in one run.
//   npm run bench:redis -- --cycles 100000     fewer cycles of the memory row (default 1,000,000)
//   npm run bench:redis -- --only lookups      some of the rows; prints them and writes nothing
//   npm run bench:redis -- --quick             everything smaller; prints and writes nothing
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { writeSection } from '../section.mjs'
import { commits } from './commits.mjs'
import { expire } from './expire.mjs'
import { lookups } from './lookups.mjs'
import { cycles, edges } from './memory.mjs'
import { startRedis } from './startRedis.mjs'

const parts = { lookups, expire, commits, cycles, edges }
const { values } = parseArgs({
  options: {
    cycles: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
})
const { quick } = values
const wanted = values.only?.split(',') ?? Object.keys(parts)
const started = performance.now()
let rows = []

for (const name of wanted) {
  if (!Object.hasOwn(parts, name))
    throw new Error(`There is no part "${name}": ${Object.keys(parts).join(', ')}.`)
  const measured = await parts[name]({
    start: startRedis,
    quick,
    rounds: quick ? 3 : 7,
    cycles: Number(values.cycles ?? (quick ? 20_000 : 1_000_000)),
    progress,
  })
  rows = [...rows, ...measured]
}
progress('')

function progress(text) {
  if (!process.stderr.isTTY) return
  const seconds = Math.round((performance.now() - started) / 1000)
  process.stderr.write(`\r\x1b[K${text && `${text} … ${seconds} s`}`)
}

const version = execFileSync('redis-server', ['--version'], { encoding: 'utf8' }).match(/v=(\S+)/)[1]
const text = `## Redis store

| | target | measured | |
|---|---|---|---|
${rows.map(({ what, target, measured, met }) => `| ${what} | ${target} | ${measured} | ${met ? 'met' : '**missed**'} |`).join('\n')}

Every ratio is the median of the ratios within each round. In a round the store and the bare commands take turns. ${cpus().length} cores (${cpus()[0].model.trim()}) shared by server and clients, Node ${process.version}, Redis ${version}, ioredis over
loopback.
`
if (!quick && !values.only) writeSection('redis', text)
process.stdout.write(text)
if (rows.some(({ met }) => !met)) process.exitCode = 2
