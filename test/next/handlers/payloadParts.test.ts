import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeParts, encodeParts, type PayloadParts } from '../../../lib/next/handlers/payloadParts.ts'

const decode = (payload: Uint8Array) => decodeParts<unknown, PayloadParts<unknown>>(payload, (it) => it)

const parts = fc.array(fc.uint8Array({ maxLength: 3_000 }).map((bytes) => Buffer.from(bytes)))

describe('payloads', () => {
  it('metadata and parts come back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), parts, async (value, parts) => {
        const metadata: unknown = JSON.parse(JSON.stringify(value))
        expect(decode(await encodeParts({ metadata, parts }))).toEqual({ metadata, parts })
      }),
    )
  })

  it('a payload in a part of a larger buffer is read', async () => {
    const payload = await encodeParts({ metadata: { a: 1 }, parts: [Buffer.from('text')] })
    const larger = Buffer.concat([Buffer.from('before'), payload, Buffer.from('after')])
    expect(decode(larger.subarray(6, 6 + payload.byteLength))?.parts[0]?.toString()).toBe('text')
  })

  it('text is compressed, and bytes that do not get smaller are not', async () => {
    const text = Buffer.from('<li>a film</li>'.repeat(1_000))
    expect((await encodeParts({ metadata: {}, parts: [text] })).byteLength).toBeLessThan(1_000)
    const noise = randomBytes(10_000)
    const payload = await encodeParts({ metadata: {}, parts: [noise] })
    expect(payload[1]).toBe(0)
    expect(payload.byteLength).toBeLessThan(noise.byteLength + 100)
    const short = await encodeParts({ metadata: {}, parts: [Buffer.from('a'.repeat(1_000))] })
    expect(short[1]).toBe(0)
  })
})

describe('damaged payloads', () => {
  const samples = Promise.all(
    [Buffer.from('short'), Buffer.from('<li>a film</li>'.repeat(200))].map((part) =>
      encodeParts({ metadata: { name: 'film' }, parts: [part, Buffer.alloc(0)] }),
    ),
  )

  it('a truncated payload is none', async () => {
    for (const payload of await samples) {
      for (let length = 0; length < payload.byteLength; length++)
        expect(decode(payload.subarray(0, length)), `${length} bytes`).toBeUndefined()
    }
  })

  it('a payload with a changed byte does not throw', async () => {
    for (const payload of await samples) {
      await fc.assert(
        fc.property(fc.nat(payload.byteLength - 1), fc.nat(255), (index, byte) => {
          const damaged = Buffer.from(payload)
          damaged[index] = byte
          expect(() => decode(damaged)).not.toThrow()
        }),
      )
    }
  })

  it('foreign bytes and payloads of another format are none', async () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => decode(bytes) === undefined))
    const [payload] = await samples
    const other = Buffer.from(payload ?? [])
    other[0] = 2
    expect(decode(other)).toBeUndefined()
  })

  it('a payload that claims too many bytes is none', async () => {
    const claim = (length: number, isCompressed: number) => {
      const json = Buffer.from(JSON.stringify([[length], {}]))
      const header = Buffer.from([1, isCompressed, 0, 0, 0, json.byteLength])
      return Buffer.concat([header, json, Buffer.from('short')])
    }
    expect(decode(claim(5, 0))).toBeDefined()
    for (const length of [6, 300 * 1024 * 1024, 1e300]) {
      expect(decode(claim(length, 0))).toBeUndefined()
      expect(decode(claim(length, 1))).toBeUndefined()
    }
  })

  it('a payload that expands beyond its claim is none', async () => {
    const [, payload] = await samples
    const text = Buffer.from(payload ?? []).toString('latin1')
    expect(text).toContain('[3000,0]')
    expect(decode(Buffer.from(text.replace('[3000,0]', '[2999,0]'), 'latin1'))).toBeUndefined()
    expect(decode(Buffer.from(text.replace('[3000,0]', '[3001,0]'), 'latin1'))).toBeUndefined()
  })

  it('content that the reader does not accept is none', async () => {
    const payload = await encodeParts({ metadata: null, parts: [] })
    const read = ({ metadata }: PayloadParts<{ name: string }>) => metadata.name
    expect(decodeParts(payload, read)).toBeUndefined()
  })
})
