import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { listFiles } from './support/listFiles.ts'

const rules = readFileSync('docs/rules.md', 'utf8')
  .split(/^(?=\d+\. )/m)
  .slice(1)

describe('docs/rules.md', () => {
  it('docs/rules.md numbers its rules without a gap', () => {
    expect(rules.map((rule) => Number.parseInt(rule, 10))).toEqual(rules.map((_, index) => index + 1))
  })

  it('docs/rules.md names at least one existing test for each rule', () => {
    for (const rule of rules) {
      const named = [...rule.matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path ?? '')
      expect(named.filter((path) => !existsSync(path))).toEqual([])
      expect(named.length, rule).toBeGreaterThan(0)
    }
  })

  it('docs/rules.md has every rule that a test cites', () => {
    const cited = listFiles('test', /\.tsx?$/)
      .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\brule (\d+)\b/g)])
      .map(([, number]) => Number(number))
    expect(cited.filter((number) => number > rules.length)).toEqual([])
  })
})
