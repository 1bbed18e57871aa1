import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { escapeJson, escapeLines, escapeText, escapeTextsDeep } from '../../lib/cli/escapeText.ts'
import { createWorkerLog } from '../../lib/cli/worker/workerLog.ts'
import { getKeyError } from '../../lib/core/getObjectKeys.ts'
import { redisStore } from '../../lib/redis/redisStore.ts'
import type { WorkerEvent } from '../../lib/worker/workerEvent.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { runCli } from './fakeTerminal.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

/** One unsafe character of each kind, and both ends of ranges. Numbers, because the characters are invisible. */
const unsafeCharacters = [
  0x00, 0x07, 0x08, 0x09, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9d, 0x9f, 0xad, 0x61c, 0x200b, 0x200d,
  0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xfeff, 0xfff9, 0x3164, 0xfe0f,
  0xe0001, 0xe0041, 0x1d173,
].map((code) => String.fromCodePoint(code))

const isUnsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u
const splitLines = (text: string) => text.replace(/\n$/, '').split('\n')
const expectSafe = (text: string) => {
  for (const line of splitLines(text)) expect(line).not.toMatch(isUnsafe)
}

/** Texts in which unsafe characters are as frequent as others. */
const anyText = fc
  .array(
    fc.oneof(fc.constantFrom(...unsafeCharacters, '\n'), fc.string({ unit: 'grapheme', maxLength: 2 })),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''))
/** The same texts without the characters that keys of objects must not have. */
const anyKey = anyText.map(
  (text) => `k${[...text].filter((part) => getKeyError(part) === undefined).join('')}`,
)

describe('an escaped text', () => {
  it.each(unsafeCharacters.map((character) => [character.codePointAt(0)?.toString(16) as string, character]))(
    'an escaped text shows U+%s as its code',
    (code, character) => {
      expect(escapeText(`a${character}b`)).toBe(`a\\u{${code}}b`)
      expect(JSON.parse(escapeJson(JSON.stringify(character)))).toBe(character)
      expect(escapeJson(JSON.stringify(character))).not.toMatch(isUnsafe)
    },
  )

  it('an escaped text shows surrogates and line breaks as codes, and keeps the rest', () => {
    expect(escapeText('\ud800a\n\udc00')).toBe('\\u{d800}a\\u{a}\\u{dc00}')
    expect(escapeLines('a\u0007\nb')).toBe('a\\u{7}\nb')
    const plain = 'Zoë 漢字 🎬 עברית \\u{1b} – §'
    expect(escapeText(plain)).toBe(plain)
  })

  it('escaped JSON has no unsafe characters, and the same value', () => {
    fc.assert(
      fc.property(anyText, fc.jsonValue({ depthSize: 'small' }), (text, value) => {
        expect(escapeText(text)).not.toMatch(isUnsafe)
        const data = { text, value, [text]: [text] }
        const json = escapeJson(JSON.stringify(data, undefined, 2))
        expectSafe(json)
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(data)))
        expect(escapeTextsDeep({ list: [{ text }] })).toEqual({ list: [{ text: escapeText(text) }] })
      }),
    )
  })

  it('a text in data that is nested 100,000 levels deep is escaped', () => {
    let deep: unknown = 'a'
    for (let level = 0; level < 100_000; level++) deep = [deep]
    expect(escapeTextsDeep({ text: '\u0007', deep })).toMatchObject({ text: '\\u{7}' })
  })
})

describe('the output of a command', () => {
  let server: RedisServer
  let redis: Redis
  beforeAll(async () => {
    server = await startRedis()
    redis = server.client
  })
  afterAll(() => server.stop())

  const property = (run: (text: string, key: string) => Promise<void>, numRuns = 6) =>
    fc.assert(fc.asyncProperty(anyText, anyKey, run), { numRuns, endOnFailure: true })
  /** Runs a command with text output and with JSON output. */
  async function expectSafeOutput(args: readonly string[], input = '') {
    for (const more of [[], ['--json']]) {
      // A text may begin with a dash, so the options come first.
      const [command = '', ...rest] = args
      const { out, err } = await runCli([command, ...more, '--redis', server.url, ...rest], { input })
      expectSafe(out)
      expectSafe(err)
      expect(out + err).not.toBe('')
    }
  }

  it('the output of every command is safe for any text in Redis', async () => {
    await property(async (text, key) => {
      await redis.flushall()
      const store = redisStore(redis, { local: false, timeout: 60_000 })
      await commitEntry(store, key, { name: text, route: text, dependencies: [key, 'x'] })
      await commitEntry(store, 'plain', { name: 'plain', dependencies: [key] })
      await store.close()
      await redis.sadd(`obj:${key}`, text, `cc:frag:${text}`)
      await redis.sadd(`obj:${text}`, 'plain')
      await redis.set(`sobj:${text}`, text)
      await redis.set(`cc:frag:damaged ${text}`, text)
      for (const subject of [key, 'plain', text, 'x']) await expectSafeOutput(['inspect', '--', subject])
      await expectSafeOutput(['stats'])
      await expectSafeOutput(['doctor'])
      await redis.set('cc:epoch', text)
      await redis.set('cc:fence', text)
      for (const command of ['stats', 'doctor']) await expectSafeOutput([command])
      await redis.del('cc:fence')
      await expectSafeOutput(['doctor', '--fix'])
      await expectSafeOutput(['expire', '--', key])
      await expectSafeOutput(['expire', '-'], text)
      await expectSafeOutput(['flush', '--yes'])
      // `doctor` waits before it examines values of other programs again, so each run takes seconds.
    }, 3)
  })

  it('the output of every command is safe for any text in its arguments', async () => {
    await property(async (text, key) => {
      await redis.flushall()
      await expectSafeOutput(['inspect', '--', `absent ${text}`])
      await expectSafeOutput(['inspect', `--namespace=n${text}`, '--', key])
      await expectSafeOutput(['stats', `--namespace=n${text}`])
      await expectSafeOutput(['stats', `--secret-env=${text}`])
      await expectSafeOutput(['stats', `--${text}`])
      await expectSafeOutput(['stats', '--', text])
      await expectSafeOutput(['inspect', `--limit=${text}`, 'x'])
      await expectSafeOutput(['worker', `--mode=${text}`])
      await expectSafeOutput(['worker', `--site=${text}`])
      await expectSafeOutput([`c${text}`])
      await expectSafeOutput(['doctor', `--redis=/${text}`])
      await expectSafeOutput(['expire', '--', `a\u0007${text}`])
    })
  })

  it('the output of a dry run of the worker is safe for any text in a message', async () => {
    await property(async (text, key) => {
      await redis.flushall()
      const store = redisStore(redis, { local: false, timeout: 60_000 })
      await commitEntry(store, 'a', { name: text, route: `/${text}`, dependencies: [key] })
      await store.close()
      const message = JSON.stringify({ key, action: 'save', status: key, more: text })
      await redis.xadd('cc:messages', '*', 'message', message)
      await redis.xadd('cc:messages', '*', 'message', text)
      await expectSafeOutput(['worker', '--dry-run', '--', message])
      await expectSafeOutput(['worker', '--dry-run', '-'], text)
      await expectSafeOutput(['worker', '--dry-run'])
    })
  })

  it('an error about a text with several lines is printed on one line', async () => {
    for (const args of [
      ['inspect', '--redis', server.url, 'a\nerror: all is lost'],
      ['a\nerror: all is lost'],
      ['stats', '--namespace=a\nerror: all is lost', '--redis', 'redis://127.0.0.1:1'],
    ]) {
      const { err } = await runCli(args)
      expect(splitLines(err)).toHaveLength(1)
    }
  })

  it('a suggestion for a mistyped command is printed on its own line', async () => {
    expect((await runCli(['docto'])).err).toMatch(
      /^error: unknown command 'docto'\n\(Did you mean doctor\?\)/,
    )
  })
})

describe('the log of the worker', () => {
  const eventsWith = (text: string): WorkerEvent[] => [
    { type: 'ready', consumer: text },
    {
      type: 'handled',
      source: 'stream',
      messages: 1,
      expire: [text, text],
      refresh: [text],
      expired: 1,
      refreshed: 1,
      shownIn: [{ fragment: text, route: text }],
      routes: 1,
      durationMs: 1,
    },
    { type: 'rejected', source: 'channel', reason: text, text },
    { type: 'rebuilt', route: text, status: 200, requeued: false, durationMs: 1 },
    { type: 'rebuild-failed', route: text, reason: text, failures: 1, exhausted: false, durationMs: 1 },
    { type: 'rebuild-skipped', route: text, reason: text, durationMs: 1 },
    { type: 'routes-dropped', routes: 1 },
    { type: 'missed', messages: 1 },
    { type: 'hook-failed', error: new Error(text) },
    { type: 'error', operation: 'stream', error: new Error(text) },
    { type: 'error', operation: 'stream', error: text },
    { type: 'stopped' },
  ]

  it.each([
    ['lines', false],
    ['JSON', true],
  ])('the log of the worker, as %s, is safe for any text in an event', (_, json) => {
    fc.assert(
      fc.property(anyText, (text) => {
        const stdout = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true })
        const terminal = { stdin: process.stdin, stdout, stderr: stdout, env: { NO_COLOR: '1' } }
        const log = createWorkerLog(terminal, { json, redact: (message) => message })
        const events = eventsWith(text)
        for (const event of events) log(event)
        const output = String(stdout.read())
        expectSafe(output)
        // As text the event `handled` has three lines.
        const lines = splitLines(output)
        expect(lines).toHaveLength(json ? events.length : events.length + 2)
        if (json) expect(JSON.parse(lines[0] as string)).toMatchObject({ consumer: text })
      }),
    )
  })
})
