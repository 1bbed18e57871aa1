// `npm test`: runs all checks, the cheapest first. CI runs the same.
//   npm test -- --only types,unit     runs only these steps
import { parseArgs } from 'node:util'
import { installPackages, installPrograms } from './programs.mjs'
import { failOnError, printHeading, runNext, runNode } from './run.mjs'
import { build, install } from './tasks.mjs'
import { runTests } from './vitest.mjs'

process.env.NEXT_TELEMETRY_DISABLED ??= '1'

const counts = { passed: 0, failed: 0, retried: [] }

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
  async unit() {
    await installPrograms('redis-server')
    printHeading('unit and conformance tests')
    await runTests(counts, 'unit', 'dom')
  },
  async next() {
    await installPrograms('redis-server')
    printHeading('tests inside Next')
    await runTests(counts, 'next')
  },
  async interop() {
    await installPrograms('redis-server')
    // The languages, frameworks and databases of the other programs, in the versions of Debian.
    await installPackages({
      'python3-django': '/usr/lib/python3/dist-packages/django/__init__.py',
      'python3-redis': '/usr/lib/python3/dist-packages/redis/__init__.py',
      'python3-django-redis': '/usr/lib/python3/dist-packages/django_redis/__init__.py',
      'ruby-rails': '/usr/share/doc/ruby-rails',
      'ruby-redis': '/usr/share/doc/ruby-redis',
      'ruby-redis-activesupport': '/usr/share/doc/ruby-redis-activesupport',
      'ruby-sqlite3': '/usr/share/doc/ruby-sqlite3',
      postgresql: '/usr/lib/postgresql',
    })
    printHeading('tests with Django, Rails and PostgreSQL')
    await runTests(counts, 'interop')
  },
  async browser() {
    await installPrograms('redis-server', ['chromium-headless-shell', 'chromium'])
    printHeading('tests in a browser')
    await runTests(counts, 'compaction', 'e2e')
  },
}

try {
  const selectedSteps = readSelectedSteps()
  await install()
  for (const name of selectedSteps) await steps[name]()
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
  const names = only?.split(',') ?? Object.keys(steps)
  const unknown = names.find((name) => !Object.hasOwn(steps, name))
  if (unknown === undefined) return names
  throw new Error(`There is no step "${unknown}". The steps are: ${Object.keys(steps).join(', ')}.`)
}
