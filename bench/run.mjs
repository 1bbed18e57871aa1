// npm run bench: measures pages of several shapes in several modes of caching, in one Next site and in turn.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createProgress } from './pages/createProgress.mjs'
import { findOnPath } from './pages/findOnPath.mjs'
import { launchBrowser } from './pages/launchBrowser.mjs'
import { measureBare } from './pages/measureBare.mjs'
import { measureRedis } from './pages/measureRedis.mjs'
import { measureShape } from './pages/measureShape.mjs'
import { replaceFigures } from './pages/replaceFigures.mjs'
import { formatPagesSection, formatRedisSection } from './pages/sections.mjs'
import { shapes } from './pages/shapes.mjs'
import { buildSite, startSite } from './pages/site.mjs'
import { evaluateTargets } from './pages/targets.mjs'
import { writeSection } from './writeSection.mjs'

const names = [...shapes.map(({ name }) => name), 'redis']
const USAGE = `npm run bench: measures pages of several shapes without a cache, with the caches of Next, and with this
library, on the server and in a browser. Writes docs/benchmarks.md and the figures in README.md. Exits with 2 when a
target is missed.
  npm run bench -- --only 20x30,redis  measures only some parts and writes no file; parts:
                                       ${names.join(', ')}
  npm run bench -- --rounds 5          number of rounds, in each of which all modes take turns
  npm run bench -- --seconds 0.6       duration of the load per mode and round
  npm run bench -- --loads 7           number of loads of each page in the browser
  npm run bench -- --readme            copies the figures from docs/benchmarks.md to README.md without measuring
  npm run bench -- --json              prints the results as JSON
  npm run bench -- --help              prints this help`

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
const selectedParts =
  values.only?.split(',') ?? names.filter((name) => name !== 'redis' || findOnPath('redis-server'))
for (const name of selectedParts)
  requireOption(names.includes(name), `--only: "${name}" is not one of ${names.join(', ')}.`)
const rounds = readInteger('rounds')
const loads = readInteger('loads')
const seconds = Number(values.seconds)
requireOption(
  seconds > 0 && seconds <= 60,
  `--seconds must be above 0 and at most 60, not ${values.seconds}.`,
)

const progress = createProgress(process.stderr)
const settings = { rounds, loads, seconds, progress }
const results = {}
let bare
let redis
try {
  await buildSite()
  await measurePages()
  const targets = evaluateTargets(results)
  // Published before the measurement with Redis, which may fail.
  if (bare) publish('pages', formatPagesSection(results, targets, { ...settings, bare }))
  if (targets.some(({ met }) => met === false)) process.exitCode = 2
  if (selectedParts.includes('redis')) {
    redis = await measureRedis(settings)
    publish('pages-redis', formatRedisSection(redis, settings))
  }
  if (values.json) console.log(JSON.stringify({ targets, pages: results, bare, redis }, null, 2))
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
  writeFileSync(readme, replaceFigures(readFileSync(readme, 'utf8'), benchmarks))
}

async function measurePages() {
  const selected = shapes.filter(({ name }) => selectedParts.includes(name))
  if (selected.length === 0) return
  const site = await startSite()
  const browser = await launchBrowser()
  try {
    bare = await measureBare(site.url, browser)
    for (const shape of selected)
      results[shape.name] = await measureShape(shape, { ...settings, site: site.url, browser })
  } finally {
    await browser.close()
    await site.stop()
  }
}

function readInteger(name) {
  const number = Number(values[name])
  requireOption(
    Number.isInteger(number) && number > 0 && number <= 100,
    `--${name} must be an integer from 1 to 100, not ${values[name]}.`,
  )
  return number
}

function requireOption(isValid, message) {
  if (isValid) return
  console.error(message)
  process.exit(1)
}
