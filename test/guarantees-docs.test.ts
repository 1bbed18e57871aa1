import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('docs/guarantees.md names tests that exist, at least one for each rule', () => {
  const rules = readFileSync('docs/guarantees.md', 'utf8').split(/^- /m).slice(1)
  expect(rules.length).toBeGreaterThan(10)
  for (const rule of rules) {
    const named = [...rule.matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path ?? '')
    expect(named.filter((path) => !existsSync(path))).toEqual([])
    expect(named.length, rule).toBeGreaterThan(0)
  }
})
