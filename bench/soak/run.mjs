import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeSection } from '../writeSection.mjs'
import { formatSection, formatSummary, summarizeSoak } from './report.mjs'
import { sabotages } from './sabotage.mjs'
import { buildSite, importFilms } from './site.mjs'
import { soak } from './soak.mjs'

const USAGE = `npm run soak: runs two processes of the demo on one Redis, with editors and readers. Exits with 1 when a page
shows an older title than the last one that was acknowledged before the request.
  npm run soak -- --minutes 5          duration (default 1), divided between both modes
  npm run soak -- --mode strict        mode: strict, eventual or both (default)
  npm run soak -- --edits 50           edits per second
  npm run soak -- --json               prints the results as JSON
  npm run soak -- --write              writes the results to docs/benchmarks.md
  npm run soak -- --sabotage expire    disables expiries; must exit with 1
  npm run soak -- --sabotage fence     disables the check of commits; must exit with 1
  npm run soak -- --help               prints this help`

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
requireOption(
  minutes > 0 && minutes <= 24 * 60,
  `--minutes must be above 0 and at most 1440, not ${values.minutes}.`,
)
requireOption(
  perSecond > 0 && perSecond <= 1000,
  `--edits must be above 0 and at most 1000, not ${values.edits}.`,
)
requireOption(
  ['both', 'strict', 'eventual'].includes(mode),
  `--mode must be both, strict or eventual, not ${mode}.`,
)
requireOption(
  Object.hasOwn(sabotages, sabotage),
  `--sabotage must be one of ${Object.keys(sabotages).join(', ')}, not ${sabotage}.`,
)

const folder = mkdtempSync(join(tmpdir(), 'soak-'))
let isStopped = false
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    isStopped = true
  })
}

const summaries = []
try {
  await buildSite(printProgress)
  printProgress('importing films')
  const films = join(folder, 'films.db')
  await importFilms(films)
  for (const each of modes) {
    if (isStopped) break
    printProgress(`${each}: starting`)
    const seconds = (minutes * 60) / modes.length
    const result = await soak({
      mode: each,
      seconds,
      perSecond,
      sabotage,
      folder,
      films,
      isStopped: () => isStopped,
      progress: printProgress,
    })
    summaries.push(summarizeSoak(result))
  }
} finally {
  printProgress('')
  rmSync(folder, { recursive: true, force: true })
}

if (values.json) console.log(JSON.stringify(summaries, null, 2))
else console.log(summaries.map(formatSummary).join('\n'))
if (values.write && sabotage === 'none' && !isStopped) {
  const cores = `${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.version}`
  writeSection('soak', formatSection(summaries, { cores, editsPerSecond: perSecond }))
}
if (isStopped || summaries.some(({ passed }) => !passed)) process.exitCode = 1

function requireOption(isValid, message) {
  if (isValid) return
  console.error(message)
  process.exit(2)
}

function printProgress(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
}
