import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
// @ts-expect-error a script, without types
import { replaceFigures } from '../bench/pages/replaceFigures.mjs'

it('README.md has the figures of docs/benchmarks.md', () => {
  const readme = readFileSync('README.md', 'utf8')
  expect(readme).toBe(replaceFigures(readme, readFileSync('docs/benchmarks.md', 'utf8')))
})

it('README.md has at most 150 lines', () => {
  expect(readFileSync('README.md', 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(150)
})
