import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodePayload, encodePayload, toCompactTree } from '../../lib/next/fragmentPayload.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text))

it('a payload has the header, the Flight bytes and the text that it was made of', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: 'grapheme' }), (flight, text) => {
      const header = { flightBytes: flight.byteLength, hints: [['L', text]] as const }
      const decoded = decodePayload(encodePayload({ header, flight, text }))
      expect({ ...decoded, flight: [...decoded.flight] }).toEqual({ header, flight: [...flight], text })
    }),
  )
})

it('a payload that is cut off or damaged is refused', () => {
  const flight = bytes('0:"text"\n')
  const payload = encodePayload({ header: { flightBytes: flight.byteLength }, flight, text: '' })
  for (let length = 0; length < payload.byteLength; length++)
    expect(() => decodePayload(payload.subarray(0, length))).toThrow()
  expect(() => decodePayload(bytes(':HL["/a.png","image"]\n0:null\n'))).toThrow()
  expect(() => decodePayload(bytes('\0\0\0\u0002{}text'))).toThrow()
})

it('a compact tree without a shape is refused', () => {
  expect(() => toCompactTree({ bounds: [], htmlHashes: '' }, '', undefined)).toThrow(TypeError)
})
