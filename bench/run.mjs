// npm run bench: pages of several shapes, kept in several ways by one Next site, in one run, interleaved.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createProgress } from './pages/createProgress.mjs'
import { launchBrowser } from './pages/launchBrowser.mjs'
import { measureBare } from './pages/measureBare.mjs'
import { measureRedis } from './pages/measureRedis.mjs'
import { measureShape } from './pages/measureShape.mjs'
import { onPath } from './pages/onPath.mjs'
import { withFigures } from './pages/readme.mjs'
import { pagesSection, redisSection } from './pages/sections.mjs'
import { shapes } from './pages/shapes.mjs'
import { buildSite, startSite } from './pages/site.mjs'
import { judge } from './pages/targets.mjs'
import { writeSection } from './section.mjs'

const names = [...shapes.map(({ name }) => name), 'redis']
const USAGE = `npm run bench: pages of several shapes, each without a cache, with those of Next, and with this library,
in one Next site and in a browser; writes docs/benchmarks.md, and the figures in README.md. Ends with 2 when a target
is missed.
  npm run bench -- --only 20x30,redis  some of ${names.join(', ')};
                                       prints them and writes nothing
  npm run bench -- --rounds 5          in which all modes take turns
  npm run bench -- --seconds 0.6       for which each mode is loaded in a round
  npm run bench -- --loads 7           of each page in the browser
  npm run bench -- --readme            measures nothing; writes the figures in README.md from docs/benchmarks.md
  npm run bench -- --json              prints what was measured as JSON
  npm run bench -- --help              prints this`

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '0.6' },
    loads: { type: 'string', default: '7' },
    readme: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit()
}
const root = resolve(import.meta.dirname, '..')
if (values.readme) {
  writeFigures(readFileSync(resolve(root, 'docs/benchmarks.md'), 'utf8'))
  process.exit()
}
const wanted = values.only?.split(',') ?? names.filter((name) => name !== 'redis' || onPath('redis-server'))
for (const name of wanted) check(names.includes(name), `There is no part "${name}": ${names.join(', ')}.`)
const rounds = wholeNumber('rounds')
const loads = wholeNumber('loads')
const seconds = Number(values.seconds)
check(seconds > 0 && seconds <= 60, `--seconds ${values.seconds} is not a duration.`)

const progress = createProgress(process.stderr)
const settings = { rounds, loads, seconds, progress }
const measured = {}
let bare
let redis
try {
  await buildSite()
  await measurePages()
  const judged = judge(measured)
  // Before what may still fail.
  if (bare) publish('pages', pagesSection(measured, judged, { ...settings, bare }))
  if (judged.some(({ met }) => met === false)) process.exitCode = 2
  if (wanted.includes('redis')) {
    redis = await measureRedis(settings)
    publish('pages-redis', redisSection(redis, settings))
  }
  if (values.json) console.log(JSON.stringify({ targets: judged, pages: measured, bare, redis }, null, 2))
} finally {
  progress.end()
}

function publish(name, text) {
  progress.end()
  if (!values.only) {
    const benchmarks = writeSection(name, text)
    if (name === 'pages') writeFigures(benchmarks)
  }
  if (!values.json) process.stdout.write(`${text}\n`)
}

function writeFigures(benchmarks) {
  const readme = resolve(root, 'README.md')
  writeFileSync(readme, withFigures(readFileSync(readme, 'utf8'), benchmarks))
}

async function measurePages() {
  const selected = shapes.filter(({ name }) => wanted.includes(name))
  if (selected.length === 0) return
  const site = await startSite()
  const browser = await launchBrowser()
  try {
    bare = await measureBare(site.url, browser)
    for (const shape of selected)
      measured[shape.name] = await measureShape(shape, { ...settings, site: site.url, browser })
  } finally {
    await browser.close()
    await site.stop()
  }
}

function wholeNumber(name) {
  const number = Number(values[name])
  check(
    Number.isInteger(number) && number > 0 && number <= 100,
    `--${name} ${values[name]} is not a number of times.`,
  )
  return number
}

function check(holds, message) {
  if (holds) return
  console.error(message)
  process.exit(1)
}
