// `npm test`: everything, in the order in which a failure is cheapest to learn of. CI runs the same.
//   npm test -- --only types,unit     some of the steps
import { parseArgs } from 'node:util'
import { installPackages, installPrograms } from './programs.mjs'
import { failOnError, heading, next, node } from './run.mjs'
import { build, install } from './tasks.mjs'
import { vitest } from './vitest.mjs'

process.env.NEXT_TELEMETRY_DISABLED ??= '1'

const counts = { passed: 0, failed: 0, retried: [] }

const steps = {
  build,
  async types() {
    heading('types')
    await next('typegen')
    await node('node_modules/typescript/bin/tsc', '--noEmit')
  },
  async lint() {
    heading('lint')
    await node('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings')
  },
  async unit() {
    await installPrograms('redis-server')
    heading('unit and conformance tests')
    await vitest(counts, 'unit', 'dom')
  },
  async next() {
    await installPrograms('redis-server')
    heading('tests inside Next')
    await vitest(counts, 'next')
  },
  async interop() {
    await installPrograms('redis-server')
    // The languages, frameworks and databases of the other programs, as Debian has them.
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
    heading('tests with Django, Rails and PostgreSQL')
    await vitest(counts, 'interop')
  },
  async browser() {
    await installPrograms('redis-server', ['chromium-headless-shell', 'chromium'])
    heading('tests in a browser')
    await vitest(counts, 'compaction', 'e2e')
  },
}

try {
  const wanted = readWanted()
  await install()
  for (const name of wanted) await steps[name]()
} catch (error) {
  // A step that breaks without a failing test (a type error, a crash) must not read as "0 failed".
  counts.failed ||= 1
  failOnError(error)
}
if (counts.retried.length > 0) {
  console.log(`\nPassed only on a second try, and to be mended:\n  ${counts.retried.join('\n  ')}`)
}
console.log(`\n${counts.passed} passed, ${counts.failed} failed`)

function readWanted() {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values
  const names = only?.split(',') ?? Object.keys(steps)
  const unknown = names.find((name) => !Object.hasOwn(steps, name))
  if (unknown === undefined) return names
  throw new Error(`There is no step "${unknown}". The steps: ${Object.keys(steps).join(', ')}.`)
}
