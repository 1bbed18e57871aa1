import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errors } from '../lib/core/errors.ts'
import protocol from '../protocol.json' with { type: 'json' }

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
  const shared = [...clients, 'lib/core', 'lib/redis', 'lib/messages']
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

describe('error codes of the clients', () => {
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
})
