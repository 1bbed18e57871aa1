import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeSection } from '../section.mjs'
import { sectionOf, summaryOf, textOf } from './report.mjs'
import { sabotages } from './sabotage.mjs'
import { buildSite, importFilms } from './site.mjs'
import { soak } from './soak.mjs'

const USAGE = `npm run soak: two processes of the demo on one Redis, edited and read at once; proves that no page shows
a title that is older than the last one acknowledged before the request began. Ends with 1 when one does.
  npm run soak -- --minutes 5          how long (default 1), half of it in each mode
  npm run soak -- --mode strict        or eventual, all of the time
  npm run soak -- --edits 50           edits per second
  npm run soak -- --json               the figures as JSON
  npm run soak -- --write              writes them into docs/benchmarks.md
  npm run soak -- --sabotage expire    edits that expire nothing: must end with 1
  npm run soak -- --sabotage fence     commits that nothing refuses: must end with 1
  npm run soak -- --help               prints this`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    mode: { type: 'string', default: 'both' },
    edits: { type: 'string', default: '50' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    sabotage: { type: 'string', default: 'none' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit()
}
const minutes = Number(values.minutes)
const perSecond = Number(values.edits)
const { mode, sabotage } = values
const modes = mode === 'both' ? ['strict', 'eventual'] : [mode]
check(minutes > 0 && minutes <= 24 * 60, `--minutes ${values.minutes} is not a duration.`)
check(perSecond > 0 && perSecond <= 1000, `--edits ${values.edits} is not a rate.`)
check(['both', 'strict', 'eventual'].includes(mode), `--mode ${mode} is none of both, strict, eventual.`)
check(Object.hasOwn(sabotages, sabotage), `--sabotage ${sabotage} is none of ${Object.keys(sabotages)}.`)

const folder = mkdtempSync(join(tmpdir(), 'soak-'))
let stopped = false
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopped = true
  })
}

const summaries = []
try {
  await buildSite(progress)
  progress('importing films')
  const films = join(folder, 'films.db')
  await importFilms(films)
  for (const each of modes) {
    if (stopped) break
    progress(`${each}: starting`)
    const seconds = (minutes * 60) / modes.length
    const result = await soak({
      mode: each,
      seconds,
      perSecond,
      sabotage,
      folder,
      films,
      stopped: () => stopped,
      progress,
    })
    summaries.push(summaryOf(result))
  }
} finally {
  progress('')
  rmSync(folder, { recursive: true, force: true })
}

if (values.json) console.log(JSON.stringify(summaries, null, 2))
else console.log(summaries.map(textOf).join('\n'))
if (values.write && sabotage === 'none' && !stopped) {
  const cores = `${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.version}`
  writeSection('soak', sectionOf(summaries, { cores, editsPerSecond: perSecond }))
}
if (stopped || summaries.some(({ passed }) => !passed)) process.exitCode = 1

function check(holds, otherwise) {
  if (holds) return
  console.error(otherwise)
  process.exit(2)
}

function progress(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
}
