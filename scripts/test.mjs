// `npm test`: runs all checks, the cheapest first. CI runs the same.
//   npm test -- --only types,unit     runs only these steps
import { parseArgs } from 'node:util'
import { installPackages, installPrograms } from './programs.mjs'
import { failOnError, printHeading, runNext, runNode } from './run.mjs'
import { runLanes } from './runLanes.mjs'
import { build, install } from './tasks.mjs'
import { runTests } from './vitest.mjs'

process.env.NEXT_TELEMETRY_DISABLED ??= '1'

const counts = { passed: 0, failed: 0, retried: [] }

/** Steps that run alone, in this order. */
const steps = {
  build,
  async types() {
    printHeading('types')
    await runNext('typegen')
    await runNode('node_modules/typescript/bin/tsc', '--noEmit')
  },
  async lint() {
    printHeading('lint')
    await runNode('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings')
  },
}

const installRedis = () => installPrograms('redis-server')
const installBrowser = () => installPrograms(['chromium-headless-shell', 'chromium'])
/** Installs the languages, frameworks and databases of the other programs, in the versions of Debian. */
const installOtherPrograms = () =>
  installPackages({
    'python3-django': '/usr/lib/python3/dist-packages/django/__init__.py',
    'python3-redis': '/usr/lib/python3/dist-packages/redis/__init__.py',
    'python3-django-redis': '/usr/lib/python3/dist-packages/django_redis/__init__.py',
    'ruby-rails': '/usr/share/doc/ruby-rails',
    'ruby-redis': '/usr/share/doc/ruby-redis',
    'ruby-redis-activesupport': '/usr/share/doc/ruby-redis-activesupport',
    'ruby-sqlite3': '/usr/share/doc/ruby-sqlite3',
    postgresql: '/usr/lib/postgresql',
  })

/**
 * Steps that run tests. Those of different lanes run at the same time, because a build, a browser or a test that waits leaves
 * a core idle.
 */
const testSteps = {
  next: {
    lane: 0,
    heading: 'tests inside Next, also with Django and Rails',
    needs: [installRedis, installOtherPrograms],
    projects: ['next'],
  },
  unit: {
    lane: 1,
    heading: 'unit and conformance tests',
    needs: [installRedis],
    projects: ['unit', 'unit-local', 'unit-servers', 'unit-isolated', 'rsc', 'dom'],
  },
  interop: {
    lane: 0,
    heading: 'tests with Django, Rails and PostgreSQL',
    needs: [installRedis, installOtherPrograms],
    projects: ['interop'],
  },
  browser: {
    lane: 1,
    heading: 'tests in a browser',
    needs: [installRedis, installBrowser],
    projects: ['compaction', 'e2e'],
  },
}

try {
  const names = readSelectedSteps()
  await install()
  for (const name of names) await steps[name]?.()
  const selected = names.flatMap((name) => testSteps[name] ?? [])
  for (const installNeeded of new Set(selected.flatMap(({ needs }) => needs))) await installNeeded()
  const lanes = [...new Set(selected.map(({ lane }) => lane))]
  await runLanes(
    lanes.map((lane) =>
      selected
        .filter((step) => step.lane === lane)
        .map(({ heading, projects }) => ({
          heading,
          run: (output) => runTests(counts, projects, output),
        })),
    ),
  )
} catch (error) {
  // A step can fail without a failing test, for instance on a type error. The summary must not say "0 failed" then.
  counts.failed ||= 1
  failOnError(error)
}
if (counts.retried.length > 0) {
  console.log(
    `\nThese tests passed only when they were retried, and need a fix:\n  ${counts.retried.join('\n  ')}`,
  )
}
console.log(`\n${counts.passed} passed, ${counts.failed} failed`)

function readSelectedSteps() {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values
  const known = Object.keys({ ...steps, ...testSteps })
  const names = only?.split(',') ?? known
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return names
  throw new Error(`There is no step "${unknown}". The steps are: ${known.join(', ')}.`)
}
