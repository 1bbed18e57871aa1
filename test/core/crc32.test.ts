import fc from 'fast-check'
import { expect, it } from 'vitest'
import { crc32, crc32ByTable } from '../../lib/core/crc32.ts'

it.each([
  ['built in', crc32],
  ['by table', crc32ByTable],
])('the check value of CRC-32 is right: %s', (_, checksum) => {
  expect(checksum(Buffer.from('123456789'))).toBe(0xcb_f4_39_26)
  expect(checksum(Buffer.alloc(0))).toBe(0)
})

it('a text has the checksum of its UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(crc32(text)).toBe(crc32(Buffer.from(text)))
      expect(crc32ByTable(text)).toBe(crc32(text))
    }),
  )
})

it('the checksum of parts equals the checksum of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (one, other) => {
      const whole = crc32(Buffer.concat([one, other]))
      expect(crc32ByTable(other, crc32ByTable(one))).toBe(whole)
      expect(crc32(other, crc32(one))).toBe(whole)
    }),
  )
})
