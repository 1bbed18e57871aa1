// `npm run fuzz`: the property tests with new seeds, until something fails or the time is up.
import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installPrograms } from './programs.mjs'
import { failOnError, heading, root } from './run.mjs'
import { install } from './tasks.mjs'
import { runVitest } from './vitest.mjs'

const USAGE = `npm run fuzz: runs the property tests with new seeds, and stops at the first that fails
  npm run fuzz -- --minutes 30        starts nothing after so many minutes (default 10)
  npm run fuzz -- --project dom       of this project; of unit and dom by default
  npm run fuzz -- --list              prints the files
  npm run fuzz -- --help              prints this
What it finds becomes an example with its fix: the last lines say how to repeat it.`

/** Vitest runs so many files before the time is looked at again. */
const FILES_AT_A_TIME = 6

const options = {
  minutes: { type: 'string', default: '10' },
  project: { type: 'string', multiple: true, default: ['unit', 'dom'] },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
}

try {
  const { values } = parseArgs({ options })
  const minutes = Number(values.minutes)
  if (!(minutes > 0)) throw new Error('--minutes must be a number greater than 0.')
  if (values.help) console.log(USAGE)
  else if (values.list) console.log(findPropertyTests().join('\n'))
  else await fuzz(values.project, performance.now() + minutes * 60_000)
} catch (error) {
  failOnError(error)
}

async function fuzz(projects, deadline) {
  await install()
  await installPrograms('redis-server')
  let runs = 0
  while (true) {
    const files = shuffle(findPropertyTests())
    for (let at = 0; at < files.length; at += FILES_AT_A_TIME) {
      if (performance.now() > deadline) return console.log(`\n${runs} runs, and nothing found`)
      const seed = randomInt(2 ** 31)
      heading(`seed ${seed}`)
      process.env.PROPERTY_SEED = String(seed)
      const filters = files.slice(at, at + FILES_AT_A_TIME)
      const { tests, failure } = await runVitest(projects, {
        reporter: 'dot',
        args: [...filters, '--passWithNoTests'],
      })
      runs++
      if (failure) return report(seed, tests, failure)
    }
  }
}

function report(seed, tests, failure) {
  console.log(`\nPROPERTY_SEED=${seed} fails:`)
  for (const { status, fullName, file, failureMessages = [] } of tests) {
    if (status !== 'failed') continue
    const path = /\bpath: "([\d:]+)"/.exec(failureMessages.join('\n'))?.[1]
    const environment = `PROPERTY_SEED=${seed}${path ? ` PROPERTY_PATH=${path}` : ''}`
    console.log(`  ${fullName}\n    ${environment} npx vitest run ${file} -t ${JSON.stringify(fullName)}`)
  }
  failOnError(failure)
  process.exitCode = 1
}

/** The tests that call `fc.assert` or `fc.sample`, themselves or in a file that they import. */
function findPropertyTests() {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((path) => `test/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/.test(path))
  const sources = new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
  const asserts = (path, seen = new Set()) => {
    const source = sources.get(path)
    if (source === undefined || seen.has(path)) return false
    seen.add(path)
    if (/\bfc\.(assert|sample)\(/.test(source)) return true
    const imports = [...source.matchAll(/from '(\.[^']+)'/g)].map(([, target]) => join(path, '..', target))
    return imports.some((target) => asserts(target.replaceAll('\\', '/'), seen))
  }
  return files.filter((path) => /\.test\.tsx?$/.test(path) && asserts(path))
}

function shuffle(items) {
  return items
    .map((item) => ({ item, at: randomInt(2 ** 31) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
