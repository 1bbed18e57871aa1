import type { FragmentReport } from 'react-cache-content/next'
import { describe, expect, test } from 'vitest'
import { buildFragmentTree, groupSimilarNodes } from '../../app/_panel/buildFragmentTree'
import { collectObjects, countOutcomes, summarizeReports } from '../../app/_panel/summarizeReports'

function report(key: string, changes: Partial<FragmentReport> = {}): FragmentReport {
  return {
    name: key,
    key,
    parent: undefined,
    outcome: 'hit',
    reason: undefined,
    ageSeconds: 1,
    dependencies: [],
    stored: true,
    bytes: 1,
    makeup: undefined,
    durationMs: 0,
    ...changes,
  }
}

describe('the tree of fragments', () => {
  test('the tree puts each fragment under its parent, in any order', () => {
    const [top, ...others] = buildFragmentTree([report('inner', { parent: 'outer' }), report('outer')])
    expect(top?.report.key).toBe('outer')
    expect(top?.children.map((node) => node.report.key)).toEqual(['inner'])
    expect(others).toEqual([])
  })

  test('the tree keeps fragments with unknown parents, duplicates and self-parents', () => {
    const reports = [report('a', { parent: 'gone' }), report('b', { parent: 'b' }), report('c'), report('c')]
    expect(buildFragmentTree([...reports, report('d', { parent: 'c' })])).toHaveLength(4)
  })

  test('the tree groups three similar fragments, and leaves others single', () => {
    const rows = ['1', '2', '3'].map((key) => report(key, { name: 'row' }))
    const groups = groupSimilarNodes(
      buildFragmentTree([...rows, report('4', { name: 'row', outcome: 'miss' })]),
    )
    expect(groups.map((group) => group.length)).toEqual([3, 1])
  })
})

describe('the summary', () => {
  test('the summary counts outcomes and distinct objects', () => {
    const reports = [
      report('a', { dependencies: ['x', 'y'] }),
      report('b', { dependencies: ['y'], outcome: 'miss' }),
    ]
    expect(countOutcomes(reports)).toEqual([
      ['hit', 1],
      ['miss', 1],
    ])
    expect(collectObjects(reports).size).toBe(2)
  })

  test('the summary states how many fragments were rendered and how many were hits', () => {
    expect(summarizeReports([], false)).toBe('There is no cached fragment on this page.')
    expect(summarizeReports([report('a')], false)).toContain('as one piece')
    expect(summarizeReports([report('a', { outcome: 'miss' })], false)).toMatch(
      /^1 fragment had to be rendered\. After a reload,/,
    )
    const mixed = [report('a', { outcome: 'miss' }), report('b'), report('c')]
    expect(summarizeReports(mixed, true)).toBe(
      '1 fragment had to be rendered: the new or expired ones, and the fragments around them. The other 2 were still valid and came from the cache.',
    )
  })
})
