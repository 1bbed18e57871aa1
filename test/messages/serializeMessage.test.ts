import fc from 'fast-check'
import { expect, it } from 'vitest'
import { messageSchema } from '../../lib/messages/parseMessage.ts'
import { serializeMessage } from '../../lib/messages/serializeMessage.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('', 'a\nb', '\ud800', 'k'.repeat(1_024), 'k'.repeat(1_025)),
)

const twoDigits = fc.integer({ min: 0, max: 62 }).map((number) => String(number).padStart(2, '0'))

const time = fc
  .tuple(
    fc.constantFrom('2024', '2026', '1900', '2000', '0000', '26'),
    twoDigits,
    twoDigits,
    twoDigits,
    twoDigits,
    twoDigits,
    fc.constantFrom('Z', '.5Z', '.Z', '+02:00', '-23:59', '+24:00', '', 'z'),
  )
  .map(
    ([year, month, day, hour, minute, second, rest]) =>
      `${year}-${month}-${day}T${hour}:${minute}:${second}${rest}`,
  )

const message = fc.record(
  {
    v: fc.constantFrom<unknown>(undefined, 1, 2, '1', null),
    key: fc.oneof(text, fc.constantFrom<unknown>(7, null)),
    action: fc.constantFrom<unknown>('save', 'publish', 'unpublish', 'delete', 'explode', undefined),
    status: fc.oneof(text, fc.constantFrom<unknown>(5, null, undefined)),
    type: fc.oneof(text, fc.constantFrom<unknown>(5, null, undefined)),
    at: fc.oneof(time, text, fc.constantFrom<unknown>(0, null, undefined)),
    editor: fc.jsonValue(),
  },
  { requiredKeys: ['key', 'action'] },
)

function isPublished(value: unknown): boolean {
  try {
    serializeMessage(value)
    return true
  } catch {
    return false
  }
}

it('a message is published exactly when the schema accepts it', () => {
  fc.assert(
    fc.property(fc.oneof(message, fc.jsonValue()), (value) => {
      expect(isPublished(value)).toBe(messageSchema.safeParse(value).success)
    }),
    { numRuns: 500 },
  )
})

it('a time is published exactly when the schema accepts it', () => {
  fc.assert(
    fc.property(time, (at) => {
      const value = { key: 'a', action: 'save', at }
      expect(isPublished(value)).toBe(messageSchema.safeParse(value).success)
    }),
    { numRuns: 2_000 },
  )
})

it.each(['2024-02-29', '2026-02-28', '2026-12-31', '0000-02-29', '2000-02-29'])(
  'the date %s is accepted',
  (date) => {
    expect(isPublished({ key: 'a', action: 'save', at: `${date}T23:59:59.123456+05:30` })).toBe(true)
  },
)

it.each(['2026-02-29', '1900-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '2026-01-32'])(
  'the date %s is refused',
  (date) => {
    expect(isPublished({ key: 'a', action: 'save', at: `${date}T00:00:00Z` })).toBe(false)
  },
)
