import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('docs/interop.md names existing tests', () => {
  const rows = readFileSync('docs/interop.md', 'utf8').matchAll(/^\|.*\| `([^`]+\.ts)`(?:: "(.+)")? \|$/gm)
  let named = 0
  for (const [row, file = '', title = ''] of rows) {
    expect(title, row).not.toBe('')
    expect(readFileSync(join('test/interop', file), 'utf8'), file).toContain(title)
    named++
  }
  expect(named).toBeGreaterThan(20)
})
