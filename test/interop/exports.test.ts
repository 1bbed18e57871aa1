import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { encodePickle } from '../../lib/formats/encodePickle.ts'
import { encodeRailsEntry } from '../../lib/formats/encodeRailsEntry.ts'
import { fetchToken } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'
import { redisForFile } from '../support/redisStores.ts'

// Django and Rails themselves read the texts that the library exports.

const redis = redisForFile()
beforeEach(() => redis.client.flushall())

const texts: Record<string, string> = {
  plain: '<p>Plain</p>',
  empty: '',
  quotes: `<a title="it's">\\"'\\\\</a>`,
  lines: 'a\nb\r\nc\u2028d\u2029e\u0000f',
  emoji: '🦊 naïve Ελλάδα 你好',
  'one byte more than a short length': 'x'.repeat(123),
  'of 255 bytes': 'x'.repeat(255),
  'of 256 bytes': 'x'.repeat(256),
  'of 65,536 bytes': 'x'.repeat(65_536),
  large: '<li>Nine 🦊</li>\n'.repeat(16_000),
  'a number': '42',
  'like a pickle': '\u0080\u0002X',
}
const names = Object.keys(texts)

interface ReadValue {
  readonly type: string
  readonly value: string
}

interface DjangoReply {
  readonly got: (ReadValue | null)[]
  readonly decompressed: (ReadValue | null)[]
  readonly unpickled: (ReadValue | null)[]
  readonly lifetimes: (number | null)[]
  readonly block: string
}

interface RailsReply {
  readonly times: ({ expires_at: number | null; expired: boolean } | null)[]
  readonly read: ((ReadValue & { encoding: string; valid: boolean }) | null)[]
  readonly multi: string[]
  readonly raw: (string | null)[]
  readonly block: string | null
}

const readInDjango = (names: readonly string[]) =>
  runReader<DjangoReply>('/usr/bin/python3', 'django_cache.py', { names })
const readInRails = (names: readonly string[], raw: readonly string[] = []) =>
  runReader<RailsReply>('ruby', 'rails_cache.rb', { names, raw })

it('the large text has more than 300,000 bytes', () => {
  expect(Buffer.byteLength(texts.large ?? '')).toBeGreaterThan(300_000)
})

describe("Django's cache", () => {
  it("Django's cache reads each exported text as an equal str", async () => {
    for (const [name, text] of Object.entries(texts)) await redis.client.set(`:1:${name}`, encodePickle(text))
    const expected = names.map((name) => ({ type: 'str', value: texts[name] }))
    const { got, decompressed, unpickled } = await readInDjango(names)
    expect(got).toEqual(expected)
    expect(decompressed).toEqual(expected)
    expect(unpickled).toEqual(expected)
  })

  it('a {% cache %} block of Django shows an exported text as HTML', async () => {
    const key = ':1:template.cache.sidebar.d41d8cd98f00b204e9800998ecf8427e'
    await redis.client.set(key, encodePickle('<b>News</b>'))
    expect((await readInDjango([])).block).toBe('<b>News</b>')
    await redis.client.del(key)
    expect((await readInDjango([])).block).toBe('rendered')
  })
})

describe('Rails.cache', () => {
  it('Rails.cache reads each exported text as an equal String in UTF-8', async () => {
    const times = { createdAt: Date.now(), discardAt: Infinity }
    for (const [name, text] of Object.entries(texts))
      await redis.client.set(name, encodeRailsEntry(text, times))
    const { read, multi } = await readInRails(names)
    expect(read).toEqual(
      names.map((name) => ({ type: 'String', encoding: 'UTF-8', valid: true, value: texts[name] })),
    )
    expect(multi).toEqual(names)
  })

  it('Rails.cache reads when an entry expires, and skips an expired entry', async () => {
    const now = Math.round(Date.now()) + 0.125
    const discardTimes = { ever: Infinity, on: now + 90_500, over: now - 1 }
    for (const [name, discardAt] of Object.entries(discardTimes)) {
      await redis.client.set(name, encodeRailsEntry(name, { createdAt: now - 10_000, discardAt }))
    }
    const { read, times } = await readInRails(['ever', 'on', 'over'])
    expect(read.map((entry) => entry?.value)).toEqual(['ever', 'on', undefined])
    expect(times.map((time) => time?.expired)).toEqual([false, false, true])
    expect(times[0]?.expires_at).toBeNull()
    expect(times[1]?.expires_at).toBeCloseTo((now + 90_500) / 1000, 3)
  })

  it('Rails.cache reads plain text with `raw: true`', async () => {
    for (const [name, text] of Object.entries(texts)) await redis.client.set(name, text)
    expect((await readInRails([], names)).raw).toEqual(names.map((name) => texts[name]))
  })

  it('read_fragment in Rails returns an exported text as HTML', async () => {
    await redis.client.set(
      'views/sidebar',
      encodeRailsEntry('<b>News</b>', { createdAt: 0, discardAt: Infinity }),
    )
    expect((await readInRails([])).block).toBe('<b>News</b>')
  })
})

describe('an export of the store', () => {
  it('an export is in the caches of Django and Rails until its object is expired', async () => {
    const store = redis
      .site({ local: false, namespace: 'cc', objectPrefix: 'obj:', reversePrefix: 'sobj:' })
      .open()
    const token = await fetchToken(store)
    const createdAt = Date.now()
    const entry = entryOf({ createdAt, discardAt: createdAt + 600_000, dependencies: ['story:1'] })
    expect(await store.export?.(':1:sidebar', encodePickle('<b>1</b>'), entry, token)).toBe('committed')
    expect(await store.export?.('sidebar', encodeRailsEntry('<b>1</b>', entry), entry, token)).toBe(
      'committed',
    )
    const django = await readInDjango(['sidebar'])
    expect(django.got).toEqual([{ type: 'str', value: '<b>1</b>' }])
    expect(django.lifetimes[0]).toBeGreaterThan(500)
    expect(django.lifetimes[0]).toBeLessThanOrEqual(600)
    const rails = await readInRails(['sidebar'])
    expect(rails.read[0]?.value).toBe('<b>1</b>')
    expect(rails.times[0]?.expires_at).toBeCloseTo(entry.discardAt / 1000, 3)

    expect(await store.expire(['story:1'])).toBe(2)
    expect((await readInDjango(['sidebar'])).got).toEqual([null])
    expect((await readInRails(['sidebar'])).read).toEqual([null])
  })
})

/** Runs a reader in another language. @returns its view of Redis */
function runReader<Reply>(program: string, reader: string, request: object): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const script = join(import.meta.dirname, 'readers', reader)
    const options = { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 }
    const child = execFile(program, [script], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${reader} failed:\n${stderr}`, { cause: error }))
      else resolve(JSON.parse(stdout))
    })
    child.stdin?.end(JSON.stringify({ url: redis.server.url, ...request }))
  })
}
