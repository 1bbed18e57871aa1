import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { parseSync, Visitor } from 'vite'
import { describe, expect, it } from 'vitest'
import { errors } from '../lib/core/errors.ts'
import protocol from '../protocol.json' with { type: 'json' }
import { readSourceFiles } from './support/readSourceFiles.ts'

const values = new Map<string, unknown>(
  protocol.sections.flatMap(({ constants }) => constants.map(({ name, value }) => [name, value])),
)

it('each language and docs/protocol.md have the constants of protocol.json', () => {
  const printed = execFileSync(process.execPath, ['scripts/generate-protocol.mjs', '--print'], {
    encoding: 'utf8',
  })
  const files = Object.entries<string>(JSON.parse(printed))
  expect(files.length).toBeGreaterThan(4)
  for (const [path, text] of files) expect(readFileSync(path, 'utf8'), path).toBe(text)
})

describe('docs/protocol.md', () => {
  const page = readFileSync('docs/protocol.md', 'utf8').replaceAll(/\s+/g, ' ')
  const value = (name: string) => {
    expect(values.has(name), name).toBe(true)
    return String(values.get(name))
  }

  it.each([
    ['publish', () => `content ${value('STREAM_MAX_LENGTH')} <message>`],
    ['expire', () => `first|next ${value('MEMBERS_PER_CALL')} ${value('RETENTION_MS')} sobj:`],
    [
      'refresh',
      () =>
        `<cursor> ${value('MEMBERS_PER_CALL')} ${value('RETENTION_MS')} <ns>:frag: sobj: ` +
        `${value('STALE_MARK_OFFSET')} ${value('STALE_MARK')} <a new UUID>`,
    ],
    [
      'enqueueRoutes',
      () =>
        `<cursor> ${value('MEMBERS_PER_CALL')} <ns>:frag: ${value('ORPHANED_ROUTE_DELAY_MS')} ` +
        `${value('MAX_QUEUED_ROUTES')} <the bytes "${value('ENTRY_MAGIC')}\\x0${value('ENTRY_FORMAT')}">`,
    ],
    ['markRoutesReady', () => `<ns>:rebuild:queue ${value('REBUILD_DEBOUNCE_MS')} <route>`],
    ['readClock', () => `<a new UUID> ${value('RETENTION_MS')}`],
  ])('the call of %s.lua has the constants', (script, call) => {
    expect(page).toContain(`EVAL ${script}.lua`)
    expect(page).toContain(call())
  })
})

// Values without another meaning: a program that contains one repeats a constant.
const REPETITION = /\b(?:RCC|100_?000|10_?000|600_?000|60_?000|65_?536|64 \* 1024)\b/

describe('a constant of the protocol is defined once', () => {
  const clients = ['clients/django/react_cache_content', 'clients/rails/lib']
  const shared = [...clients, 'lib']
  const sources = shared.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|lua|py|rb)$/.test(name) && !/(\.gen|_gen)\./.test(name))
      .map((name) => ({ path: `${folder}/${name}`, source: readFileSync(`${folder}/${name}`, 'utf8') })),
  )
  const definition = new RegExp(
    `^\\s*(?:export )?(?:const |local )?(${[...values.keys()].join('|')}) = .*`,
    'gm',
  )

  it('no source file defines a constant of the protocol with its name', () => {
    const definitions = sources
      // The scripts in clients/ contain the definitions that `--@constant` produces.
      .filter(({ path }) => !(path.startsWith('clients/') && path.endsWith('.lua')))
      .flatMap(({ path, source }) => (source.match(definition) ?? []).map((line) => `${path}: ${line}`))
    expect(definitions).toEqual([])
  })

  it('no client and no script repeats the value of a constant', () => {
    const repetitions = sources
      .filter(({ path }) => /\.(py|rb)$/.test(path) || path.startsWith('lib/redis/lua/'))
      .flatMap(({ path, source }) => source.split('\n').map((line) => ({ path, line })))
      .filter(({ line }) => REPETITION.test(line))
    expect(repetitions).toEqual([])
  })
})

/** Numbers of the protocol that are long enough to be recognised. */
const longNumbers = new Set(
  [...values.values()].filter((value) => typeof value === 'number' && value >= 1000),
)

/** Values of options and arguments that are equal to a constant of the protocol, and have another meaning. */
const otherMeanings = [
  'lib/core/engine.ts: leaseTime: 10_000',
  'lib/memory/memoryStore.ts: maxTicks: 100_000',
  'lib/redis/connection/connection.ts: checkEvery = 60_000',
  'lib/redis/connection/redisClient.ts: 1000',
  'lib/redis/connection/redisClient.ts: 1000',
  'lib/redis/expiryFeed/logFollower.ts: maxStalenessMs + 1000',
  'lib/redis/localCache/invalidationTracker.ts: maxStalenessMs + 1000',
  'lib/redis/redisStoreOptions.ts: 1000',
  'lib/redis/redisStoreOptions.ts: 1000',
  'lib/worker/messageStream.ts: BLOCK_MS + 10_000',
  'lib/worker/workerOptions.ts: claimIdleAfter: 10_000',
  'lib/worker/workerOptions.ts: minInterval: 1_000',
]

/**
 * Finds literals with the value of a constant of the protocol. The value of another named constant may be the same, and a
 * factor of a product is a unit.
 */
function findCopies(path: string, source: string): string[] {
  const copies: string[] = []
  const ignored = new Set<number>()
  new Visitor({
    VariableDeclarator({ id, init }) {
      if (init && id.type === 'Identifier' && /^[A-Z][A-Z\d_]*$/.test(id.name)) ignored.add(init.start)
    },
    BinaryExpression({ operator, left, right }) {
      if (operator !== '*' && operator !== '/') return
      ignored.add(left.start)
      ignored.add(right.start)
    },
    Literal({ value, start, end }) {
      if (typeof value !== 'number' || !longNumbers.has(value) || ignored.has(start)) return
      const context = /(?:\w+(?::| =| \+) )?$/.exec(source.slice(0, start))?.[0] ?? ''
      copies.push(`${path}: ${context}${source.slice(start, end)}`)
    },
  }).visit(parseSync(path, source).program)
  return copies
}

describe('numbers of the protocol in lib', () => {
  it('no file of lib repeats a number of the protocol that has four digits or more', () => {
    const files = readSourceFiles('lib', /\.tsx?$/)
    expect(files.flatMap(({ path, source }) => findCopies(path, source)).sort()).toEqual(otherMeanings)
  })

  it.each([
    ['connect(redis, { probeAfter: 1000 })', ['a.ts: probeAfter: 1000']],
    ['if (route.length > 1_000) return', ['a.ts: 1_000']],
    ['const MAX_TEXTS = 1_000; wait(seconds * 1000, 2 / 1024)', []],
  ])('the check of %s finds %j', (source, copies) => {
    expect(findCopies('a.ts', source)).toEqual(copies)
  })
})

describe('error codes of the clients', () => {
  /** Classes whose errors always have a code. */
  const CODED_CLASSES = /raise (?:ContentCacheError|RecursionError|ConfigurationError|DeliveryError)\b/
  const folders = { django: 'clients/django', rails: 'clients/rails' }

  it.each(Object.entries(folders))(
    'the client for %s has only codes of the library, and its README lists them',
    (_, folder) => {
      const used = new Set<string>()
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(py|rb)$/.test(name)) continue
        for (const [code] of readFileSync(`${folder}/${name}`, 'utf8').matchAll(/\bCC_[A-Z_]+\b/g))
          used.add(code)
      }
      expect(used.size).toBeGreaterThan(5)
      expect([...used].filter((code) => !(code in errors))).toEqual([])
      const listed = readFileSync(`${folder}/README.md`, 'utf8').match(/\bCC_[A-Z_]+\b/g) ?? []
      expect([...new Set(listed)].sort()).toEqual([...used].sort())
    },
  )

  it('an error of a client has a code, unless the client itself catches it', () => {
    const uncoded = Object.values(folders).flatMap((folder) =>
      readSourceFiles(folder, /\.(py|rb)$/).flatMap(({ path, source }) =>
        (source.match(/raise (?:\w+Error)\b(?!.*from error).*/g) ?? []).map((line) => `${path}: ${line}`),
      ),
    )
    expect(uncoded.filter((line) => !CODED_CLASSES.test(line))).toEqual([
      // `object_keys.py` catches it, and adds the code.
      'clients/django/react_cache_content/models.py: raise ValueError("it has not been saved, so it has no key")',
      // Only a subclass that lacks a method would raise it.
      'clients/django/react_cache_content/uncommitted.py: raise NotImplementedError',
    ])
  })

  it.each(Object.entries(folders))(
    'an error of the client for %s names the page of its code',
    (_, folder) => {
      const [source = ''] = readSourceFiles(folder, /errors\.(py|rb)$/).map((file) => file.source)
      expect(source).toMatch(/see docs\/errors\/#?\{code\}\.md in the npm package react-cache-content\]/)
    },
  )
})
