import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32 } from '../../lib/core/crc32.ts'
import { createEntryCodec } from '../../lib/core/entryCodec.ts'
import { SIGNED_OFFSET } from '../../lib/core/entryHeader.ts'
import { ENTRY_FORMAT, type Entry } from '../../lib/core/fragmentStore.ts'
import { STALE_MARK, STALE_MARK_OFFSET } from '../../lib/core/protocol.gen.ts'
import { entryOf } from '../support/entries.ts'

const prefix = 'cc:frag:'
const secret = 'a secret of some length'
const plainCodec = createEntryCodec(prefix)
const sealedCodec = createEntryCodec(prefix, secret)

const times = fc.oneof(
  fc.constantFrom(Infinity, 0, 1e15),
  fc.double({ min: 0, max: 1e15, noNaN: true }).map((time) => Math.abs(time)),
)
const anyText = fc.string({
  unit: fc.oneof(
    { weight: 9, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    fc.constantFrom('"', '\\', '\n', '\0', '\u2028'),
  ),
})
const entries: fc.Arbitrary<Entry> = fc.record({
  format: fc.constant(ENTRY_FORMAT),
  name: anyText,
  createdAt: fc.double({ min: 0, max: 1e15, noNaN: true }).map(Math.abs),
  staleAt: times,
  discardAt: times,
  dependencies: fc.array(anyText, { maxLength: 5 }),
  route: fc.option(anyText, { nil: undefined }),
  payload: fc.uint8Array({ maxLength: 200 }),
})
const keys = anyText.map((text) => JSON.stringify(text))

const key = '"section"@"1"'
const epoch = 'epoch'
const entry = entryOf({
  name: 'section',
  dependencies: ['news/story:1', 'news/story:ü'],
  route: '/a',
  payload: Uint8Array.from({ length: 300 }, (_, i) => i & 255),
})
const encodeEntry = (codec = plainCodec) => codec.encode(key, entry, epoch)
const decodeEntry = (bytes: Uint8Array, codec = plainCodec) => codec.decode(key, Buffer.from(bytes), epoch)

describe.each([
  ['without a secret', plainCodec, createEntryCodec('other:frag:')],
  ['with a secret', sealedCodec, createEntryCodec('other:frag:', secret)],
])('an entry that was written %s', (_, codec, elsewhere) => {
  it('an entry is read as it was written', () => {
    fc.assert(
      fc.property(entries, keys, anyText, (someEntry, someKey, someEpoch) => {
        const bytes = codec.encode(someKey, someEntry, someEpoch)
        expect(codec.decode(someKey, bytes, someEpoch)).toEqual({ entry: someEntry, markedStale: false })
      }),
      { numRuns: 1_000 },
    )
  })

  it('an entry is read although its payload is part of a larger buffer', () => {
    const payload = Uint8Array.from([9, 9, 1, 2, 3, 9]).subarray(2, 5)
    const bytes = Buffer.concat([
      Buffer.alloc(7),
      codec.encode(key, { ...entry, payload }, epoch),
      Buffer.alloc(5),
    ])
    const read = codec.decode(key, bytes.subarray(7, -5), epoch)
    expect([...(read?.entry.payload ?? [])]).toEqual([1, 2, 3])
    expect(read?.entry.payload.constructor).toBe(Uint8Array)
  })

  it('a decoded entry does not keep the reply that contained it alive', () => {
    const bytes = encodeEntry(codec)
    const reply = Buffer.concat([Buffer.alloc(10_000), bytes, Buffer.alloc(10_000)])
    const read = codec.decode(key, reply.subarray(10_000, 10_000 + bytes.byteLength), epoch)
    expect(read?.entry.payload.buffer.byteLength).toBe(entry.payload.byteLength)
  })

  it('an entry with a stale mark is stale, and otherwise unchanged', () => {
    const bytes = encodeEntry(codec)
    bytes.write(STALE_MARK, STALE_MARK_OFFSET)
    expect(decodeEntry(bytes, codec)).toEqual({ entry, markedStale: true })
  })

  it('one flipped bit makes an entry unreadable, or in the mark stale', () => {
    const whole = encodeEntry(codec)
    for (let bit = 0; bit < whole.byteLength * 8; bit++) {
      const bytes = Buffer.from(whole)
      const at = bit >> 3
      bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7))
      const expected = at === STALE_MARK_OFFSET ? { entry, markedStale: true } : undefined
      expect([bit, decodeEntry(bytes, codec)]).toEqual([bit, expected])
    }
  })

  it('an entry cut short anywhere, or followed by anything, is unreadable', () => {
    const whole = encodeEntry(codec)
    for (let length = 0; length < whole.byteLength; length++) {
      expect([length, decodeEntry(whole.subarray(0, length), codec)]).toEqual([length, undefined])
    }
    expect(decodeEntry(Buffer.concat([whole, Buffer.from([0])]), codec)).toBeUndefined()
    expect(decodeEntry(Buffer.concat([whole, whole]), codec)).toBeUndefined()
  })

  it('an entry is unreadable after any damage', () => {
    const whole = encodeEntry(codec)
    const place = fc.nat(whole.byteLength - 1)
    const damage = fc.oneof(
      fc.record({ at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }) }).map(({ at, bytes }) => {
        return Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at + bytes.byteLength)])
      }),
      fc.record({ at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }) }).map(({ at, bytes }) => {
        return Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at)])
      }),
      fc.tuple(place, place).map(([a, b]) => {
        return Buffer.concat([whole.subarray(0, Math.min(a, b)), whole.subarray(Math.max(a, b) + 1)])
      }),
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.concat([whole.subarray(0, 9), bytes])),
    )
    fc.assert(
      fc.property(damage, (bytes) => {
        const harmless = bytes.byteLength === whole.byteLength && differsInMarkOnly(bytes, whole)
        if (harmless) expect(decodeEntry(bytes, codec)?.entry).toEqual(entry)
        else expect(decodeEntry(bytes, codec)).toBeUndefined()
      }),
      { numRuns: 5_000 },
    )
  })

  it('an entry is unreadable under another key', () => {
    fc.assert(
      fc.property(keys, keys, (one, other) => {
        const read = codec.decode(other, codec.encode(one, entry, epoch), epoch)
        expect(read !== undefined).toBe(one === other)
      }),
    )
    // A key that continues into the bytes of the entry.
    const bytes = codec.encode(`${key}x`, entry, epoch)
    expect(codec.decode(key, bytes, epoch)).toBeUndefined()
  })

  it('an entry is unreadable in another namespace', () => {
    expect(decodeEntry(encodeEntry(codec), elsewhere)).toBeUndefined()
  })

  it('an entry is unreadable in another epoch', () => {
    expect(codec.decode(key, encodeEntry(codec), 'another')).toBeUndefined()
    expect(codec.decode(key, encodeEntry(codec), '')).toBeUndefined()
  })

  it('an entry is unreadable in another format', () => {
    for (const format of [0, ENTRY_FORMAT - 1, ENTRY_FORMAT + 1, 255]) {
      const bytes = encodeEntry(codec)
      bytes[3] = format
      expect(decodeEntry(bytes, codec)).toBeUndefined()
    }
  })
})

describe('a secret', () => {
  it('an entry without the secret is unreadable with it', () => {
    expect(decodeEntry(encodeEntry(plainCodec), sealedCodec)).toBeUndefined()
    expect(
      decodeEntry(encodeEntry(createEntryCodec(prefix, 'another secret, as long')), sealedCodec),
    ).toBeUndefined()
  })

  it('an entry with a secret is unreadable without it', () => {
    expect(decodeEntry(encodeEntry(sealedCodec), plainCodec)).toBeUndefined()
  })

  it('a secret does not show in the written bytes', () => {
    expect(encodeEntry(sealedCodec).includes(secret)).toBe(false)
  })
})

describe('bytes with a valid signature that hold no entry', () => {
  // A later or a faulty version might write them.
  it.each([
    ['no JSON', '['],
    ['null', 'null'],
    ['a record', '{"length":3}'],
    ['too few texts', '["epoch","a"]'],
    ['a name that is no text', '["epoch",1,null]'],
    ['a route that is no text', '["epoch","a",1]'],
    ['a dependency that is no text', '["epoch","a",null,1]'],
    ['a dependency that is null', '["epoch","a",null,null]'],
  ])('signed bytes are no entry: %s', (_, texts) => {
    expect(decodeEntry(createSealedBytes({ texts }))).toBeUndefined()
  })

  it.each([0, 1, 2])('signed bytes are no entry: time %d is no number', (index) => {
    const times = [1, 2, 3].map((time, at) => (at === index ? Number.NaN : time))
    expect(decodeEntry(createSealedBytes({ times }))).toBeUndefined()
  })

  it('signed bytes are an entry when they hold one', () => {
    const read = decodeEntry(createSealedBytes({ texts: '["epoch","a","/","x"]' }))
    expect(read).toMatchObject({ entry: { name: 'a', staleAt: 2, dependencies: ['x'] } })
  })

  it.each([0, 23, 1_000, 0xff_ff_ff_ff])(
    'signed bytes are no entry: a header that claims %d bytes',
    (length) => {
      expect(decodeEntry(createSealedBytes({ length }))).toBeUndefined()
    },
  )

  function createSealedBytes({
    times = [1, 2, 3],
    texts = '["epoch","a",null]',
    length = 24 + Buffer.byteLength(texts),
  }: {
    times?: number[]
    texts?: string
    length?: number
  }): Buffer {
    const numbers = Buffer.alloc(4 + 24)
    numbers.writeUInt32BE(length)
    times.forEach((time, index) => {
      numbers.writeDoubleBE(time, 4 + 8 * index)
    })
    const signed = Buffer.concat([numbers, Buffer.from(texts)])
    const signature = Buffer.alloc(4)
    signature.writeUInt32BE(crc32(signed, crc32(`${prefix}${key}\0`)))
    return Buffer.concat([encodeEntry().subarray(0, SIGNED_OFFSET), signed, signature])
  }
})

function differsInMarkOnly(a: Buffer, b: Buffer): boolean {
  return a.every((byte, at) => at === STALE_MARK_OFFSET || byte === b[at])
}
