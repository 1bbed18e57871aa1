import fc from 'fast-check'
import { expect, it } from 'vitest'
import { crc32, crc32ByTable } from '../../lib/core/crc32.ts'

it.each([
  ['built in', crc32],
  ['by table', crc32ByTable],
])('%s, the check value of CRC-32 is right', (_, checksum) => {
  expect(checksum(Buffer.from('123456789'))).toBe(0xcb_f4_39_26)
  expect(checksum(Buffer.alloc(0))).toBe(0)
})

it('the checksum of a text is that of its UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(crc32(text)).toBe(crc32(Buffer.from(text)))
      expect(crc32ByTable(text)).toBe(crc32(text))
    }),
  )
})

it('the checksum is the same in one go and in parts', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (one, other) => {
      const whole = crc32(Buffer.concat([one, other]))
      expect(crc32ByTable(other, crc32ByTable(one))).toBe(whole)
      expect(crc32(other, crc32(one))).toBe(whole)
    }),
  )
})
