import fc from 'fast-check'

/** Strings that are similar to each other, and to the text of other values. */
const word = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a',
    'b',
    '1',
    '-0',
    '1n',
    'null',
    'undefined',
    'true',
    '"',
    '\\',
    ',',
    ':',
    '[',
    ']',
    '{',
    '}',
  ),
  fc.constantFrom(
    '@0',
    '#',
    '","',
    '\ud800',
    '\udfff',
    '\ud83d\ude00',
    'é',
    'e\u0301',
    '\u0000',
    '\u2028',
    '__proto__',
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
)

/** Includes lone surrogates, which no generator of fast-check produces. */
export const anyString = fc.oneof(
  word,
  fc.array(fc.nat(0xffff), { maxLength: 4 }).map((units) => String.fromCharCode(...units)),
)

const primitive = fc.oneof(
  { weight: 3, arbitrary: anyString },
  fc.constantFrom<unknown>(0, -0, 1, -1, 1.5, 1e21, Number.NaN, Infinity, -Infinity, 0n, 1n, -1n),
  fc.constantFrom<unknown>(true, false, null, undefined),
  fc.double(),
  fc.constantFrom(0, 1, -1, 86_400_000).map((time) => new Date(time)),
)

/** Any value of `vary`. The choice is small, so two values are often equal or similar. */
export const keyValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    primitive,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(anyString, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value
