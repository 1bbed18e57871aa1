// npm run bench:redis: compares the cost of the Redis store with that of equivalent Redis commands.
//   npm run bench:redis -- --cycles 100000     cycles of the memory row (default 1,000,000)
//   npm run bench:redis -- --only lookups      measures only some rows and does not write docs/benchmarks.md
//   npm run bench:redis -- --quick             measures less and does not write docs/benchmarks.md
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { writeSection } from '../writeSection.mjs'
import { measureCommits } from './measureCommits.mjs'
import { measureExpiries } from './measureExpiries.mjs'
import { measureLookups } from './measureLookups.mjs'
import { measureCycles, measureEdges, measurePageCycles } from './memory.mjs'
import { startRedis } from './startRedis.mjs'

const parts = {
  lookups: measureLookups,
  expire: measureExpiries,
  commits: measureCommits,
  cycles: measureCycles,
  pages: measurePageCycles,
  edges: measureEdges,
}
const { values } = parseArgs({
  options: {
    cycles: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
})
const { quick } = values
const selectedParts = values.only?.split(',') ?? Object.keys(parts)
const startedAt = performance.now()
let rows = []

for (const name of selectedParts) {
  if (!Object.hasOwn(parts, name))
    throw new Error(`--only: "${name}" is not one of ${Object.keys(parts).join(', ')}.`)
  const measured = await parts[name]({
    start: startRedis,
    quick,
    rounds: quick ? 3 : 7,
    cycles: Number(values.cycles ?? (quick ? 20_000 : 1_000_000)),
    progress: printProgress,
  })
  rows = [...rows, ...measured]
}
printProgress('')

function printProgress(text) {
  if (!process.stderr.isTTY) return
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  process.stderr.write(`\r\x1b[K${text && `${text} … ${seconds} s`}`)
}

const version = execFileSync('redis-server', ['--version'], { encoding: 'utf8' }).match(/v=(\S+)/)[1]
const text = `## Redis store

| | target | measured | |
|---|---|---|---|
${rows.map(({ title, target, measured, met }) => `| ${title} | ${target} | ${measured} | ${met ? 'met' : '**missed**'} |`).join('\n')}

Every ratio is the median of the ratios within each round. In a round the store and the bare commands take turns.
${cpus().length} cores (${cpus()[0].model.trim()}) shared by server and clients, Node ${process.version}, Redis ${version}, ioredis over
loopback.
`
if (!quick && !values.only) writeSection('redis', text)
process.stdout.write(text)
if (rows.some(({ met }) => !met)) process.exitCode = 2
