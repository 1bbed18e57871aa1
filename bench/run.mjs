// npm run bench: measures pages of several shapes in several modes of caching, in one Next site and in turn.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createRandom } from './createRandom.mjs'
import { createProgress } from './pages/createProgress.mjs'
import { launchBrowser } from './pages/launchBrowser.mjs'
import { measureBare } from './pages/measureBare.mjs'
import { measureDemo } from './pages/measureDemo.mjs'
import { measureDepth } from './pages/measureDepth.mjs'
import { measureMemory } from './pages/measureMemory.mjs'
import { measurePrerendered } from './pages/measurePrerendered.mjs'
import { measureRedis } from './pages/measureRedis.mjs'
import { measureShape } from './pages/measureShape.mjs'
import { readOptions } from './pages/readOptions.mjs'
import { replaceFigures } from './pages/replaceFigures.mjs'
import { formatPagesSection, formatRedisSection, formatSummarySection } from './pages/sections.mjs'
import { shapes } from './pages/shapes.mjs'
import { buildSite, startSite } from './pages/site.mjs'
import { evaluateTargets } from './pages/targets.mjs'
import { writeSection } from './writeSection.mjs'

const root = resolve(import.meta.dirname, '..')
const options = readOptions()
if (options.readme) {
  writeFigures(readFileSync(resolve(root, 'docs/benchmarks.md'), 'utf8'))
  process.exit()
}
const { parts, buildNames, node, seed } = options
const progress = createProgress(process.stderr)
// One sequence for all parts, so that the same command line with the same seed repeats a run.
const random = createRandom(seed)
const settings = { ...options, random, progress }
const results = {}
let redis
try {
  if (options.mustBuild && parts.some((part) => part !== 'demo'))
    for (const build of buildNames) await buildSite(build)
  const bare = await measurePages()
  if (parts.includes('demo')) results.demo = await measureDemo(settings)
  if (parts.includes('memory'))
    results.memory = await measureMemory({ builds: buildNames, node, random, progress })
  const targets = evaluateTargets(results)
  // Published before the measurement with Redis, which may fail.
  if (Object.keys(results).length > 0) {
    const summary = formatSummarySection(results)
    if (summary) publish('summary', summary)
    publish('pages', formatPagesSection(results, targets, { ...settings, bare }))
  }
  if (parts.includes('redis')) {
    redis = await measureRedis({ ...settings, build: buildNames[0] })
    const redisTargets = evaluateTargets(redis.pages)
    targets.push(...redisTargets)
    publish('pages-redis', formatRedisSection(redis, redisTargets, settings))
  }
  if (targets.some(({ verdicts }) => Object.values(verdicts).includes('missed'))) process.exitCode = 2
  if (options.json) console.log(JSON.stringify({ seed, targets, results, bare, redis }, null, 2))
} finally {
  progress.end()
}

function publish(name, text) {
  progress.end()
  if (options.mustWrite) {
    const benchmarks = writeSection(name, text)
    if (name === 'summary') writeFigures(benchmarks)
  }
  if (!options.json) process.stdout.write(`${text}\n`)
}

function writeFigures(benchmarks) {
  const readme = resolve(root, 'README.md')
  writeFileSync(readme, replaceFigures(readFileSync(readme, 'utf8'), benchmarks))
}

/** @returns the measurement of the bare page, if a browser was needed */
async function measurePages() {
  const selected = shapes.filter(({ name }) => parts.includes(name))
  const others = { deep: measureDepth, prerendered: measurePrerendered }
  const selectedOthers = Object.entries(others).filter(([name]) => parts.includes(name))
  if (selected.length + selectedOthers.length === 0) return undefined
  const needsBrowser = selected.some(({ browser }) => browser !== false)
  const sites = []
  let browser
  try {
    for (const build of buildNames) sites.push(await startSite({ build, node }))
    browser = needsBrowser ? await launchBrowser() : undefined
    for (const shape of selected)
      results[shape.name] = await measureShape(shape, { ...settings, sites, browser })
    for (const [name, measure] of selectedOthers) results[name] = await measure({ ...settings, sites })
    // The page is too small to be the first whose code V8 optimizes.
    return browser && (await measureBare(sites[0], browser))
  } finally {
    await browser?.close()
    for (const site of sites) await site.stop()
  }
}
