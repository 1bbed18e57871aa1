import { expect, it } from 'vitest'
import { formatValue } from '../../lib/core/formatValue.ts'

it.each<[unknown, string]>([
  ['text', "'text'"],
  [undefined, 'undefined'],
  [{ id: 1 }, '{ id: 1 }'],
  ['a\n  b', "'a\\n b'"],
  [() => {}, '[Function (anonymous)]'],
  [Promise.resolve('a'), 'a promise'],
])('a value is formatted as in source code: %o', (value, shown) => {
  expect(formatValue(value)).toBe(shown)
})

it('a large value is shown in part, on one line', () => {
  const large = { list: Array.from({ length: 1_000 }, (_, i) => ({ i })), text: 'line\n'.repeat(1_000) }
  expect(formatValue(large).length).toBeLessThanOrEqual(120)
  expect(formatValue(large)).not.toContain('\n')
})

it('a value whose inspection throws is formatted by its type', () => {
  const hostile = {
    [Symbol.for('nodejs.util.inspect.custom')]() {
      throw new Error('hostile')
    },
  }
  expect(formatValue(hostile)).toBe('[object Object]')
})
