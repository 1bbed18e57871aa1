import { expect, it } from 'vitest'
import { show } from '../../lib/core/show.ts'

it.each<[unknown, string]>([
  ['text', "'text'"],
  [undefined, 'undefined'],
  [{ id: 1 }, '{ id: 1 }'],
  ['a\n  b', "'a\\n b'"],
  [() => {}, '[Function (anonymous)]'],
])('a value is shown as a person would write it: %o', (value, shown) => {
  expect(show(value)).toBe(shown)
})

it('a large value is shown in part, on one line', () => {
  const large = { list: Array.from({ length: 1_000 }, (_, i) => ({ i })), text: 'line\n'.repeat(1_000) }
  expect(show(large).length).toBeLessThanOrEqual(120)
  expect(show(large)).not.toContain('\n')
})

it('a value that cannot be shown does not get in the way of the error it is for', () => {
  const hostile = {
    [Symbol.for('nodejs.util.inspect.custom')]() {
      throw new Error('hostile')
    },
  }
  expect(show(hostile)).toBe('[object Object]')
})
