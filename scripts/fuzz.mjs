// `npm run fuzz`: runs the property tests with new seeds until a test fails or the time is up.
import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installPrograms } from './programs.mjs'
import { failOnError, printHeading, root } from './run.mjs'
import { install } from './tasks.mjs'
import { runVitest } from './vitest.mjs'

const USAGE = `npm run fuzz: runs the property tests with new seeds, and stops after the first failure
  npm run fuzz -- --minutes 30        starts no further run after 30 minutes (default 10)
  npm run fuzz -- --project dom       runs only the tests of this project (default: all unit tests)
  npm run fuzz -- --list              prints the test files
  npm run fuzz -- --help              prints this text
After a failure it prints the commands that repeat it. Add the failing case as an example test with the fix.`

/** Number of test files in each run of vitest. The time limit is checked between runs. */
const FILES_PER_RUN = 6

const options = {
  minutes: { type: 'string', default: '10' },
  project: {
    type: 'string',
    multiple: true,
    default: ['unit', 'unit-servers', 'unit-isolated', 'rsc', 'dom'],
  },
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
    for (let at = 0; at < files.length; at += FILES_PER_RUN) {
      if (performance.now() > deadline) return console.log(`\n${runs} runs without a failure`)
      const seed = randomInt(2 ** 31)
      printHeading(`seed ${seed}`)
      process.env.PROPERTY_SEED = String(seed)
      const filters = files.slice(at, at + FILES_PER_RUN)
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
  console.log(`\nTests that fail with PROPERTY_SEED=${seed}, and the commands that repeat the failure:`)
  for (const { status, fullName, file, failureMessages = [] } of tests) {
    if (status !== 'failed') continue
    const path = /\bpath: "([\d:]+)"/.exec(failureMessages.join('\n'))?.[1]
    const environment = `PROPERTY_SEED=${seed}${path ? ` PROPERTY_PATH=${path}` : ''}`
    console.log(`  ${fullName}\n    ${environment} npx vitest run ${file} -t ${JSON.stringify(fullName)}`)
  }
  failOnError(failure)
  process.exitCode = 1
}

/** Lists the test files that call `fc.assert` or `fc.sample`, also in a file that they import. */
function findPropertyTests() {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((path) => `test/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/.test(path))
  const sources = new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
  const usesFastCheck = (path, visited = new Set()) => {
    const source = sources.get(path)
    if (source === undefined || visited.has(path)) return false
    visited.add(path)
    if (/\bfc\.(assert|sample)\(/.test(source)) return true
    const imports = [...source.matchAll(/from '(\.[^']+)'/g)].map(([, target]) => join(path, '..', target))
    return imports.some((target) => usesFastCheck(target.replaceAll('\\', '/'), visited))
  }
  return files.filter((path) => /\.test\.tsx?$/.test(path) && usesFastCheck(path))
}

function shuffle(items) {
  return items
    .map((item) => ({ item, at: randomInt(2 ** 31) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
