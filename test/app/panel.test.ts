import type { FragmentReport } from 'react-cache-content/next'
import { describe, expect, test } from 'vitest'
import { buildFragmentTree, groupSimilarNodes } from '../../app/_panel/buildFragmentTree'
import { collectObjects, countOutcomes, summarizeReports } from '../../app/_panel/summarizeReports'

function createReport(key: string, changes: Partial<FragmentReport> = {}): FragmentReport {
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
  test('the tree puts each fragment into its parent, in any order', () => {
    const [top, ...others] = buildFragmentTree([
      createReport('inner', { parent: 'outer' }),
      createReport('outer'),
    ])
    expect(top?.report.key).toBe('outer')
    expect(top?.children.map((node) => node.report.key)).toEqual(['inner'])
    expect(others).toEqual([])
  })

  test('the tree keeps fragments with unknown parents, duplicates and self-parents', () => {
    const reports = [
      createReport('a', { parent: 'gone' }),
      createReport('b', { parent: 'b' }),
      createReport('c'),
      createReport('c'),
    ]
    expect(buildFragmentTree([...reports, createReport('d', { parent: 'c' })])).toHaveLength(4)
  })

  test('the tree groups similar fragments in one line', () => {
    const rows = ['1', '2', '3'].map((key) => createReport(key, { name: 'row' }))
    const groups = groupSimilarNodes(
      buildFragmentTree([...rows, createReport('4', { name: 'row', outcome: 'miss' })]),
    )
    expect(groups.map((group) => group.length)).toEqual([3, 1])
  })
})

describe('the summary', () => {
  test('the summary counts outcomes and distinct objects', () => {
    const reports = [
      createReport('a', { dependencies: ['x', 'y'] }),
      createReport('b', { dependencies: ['y'], outcome: 'miss' }),
    ]
    expect(countOutcomes(reports)).toEqual([
      ['hit', 1],
      ['miss', 1],
    ])
    expect(collectObjects(reports).size).toBe(2)
  })

  test('the summary describes the outcomes in a sentence', () => {
    expect(summarizeReports([], false)).toBe('There is no cached fragment on this page.')
    expect(summarizeReports([createReport('a')], false)).toContain('as one piece')
    expect(summarizeReports([createReport('a', { outcome: 'miss' })], false)).toMatch(
      /^1 fragment had to be rendered\. After a reload,/,
    )
    const mixed = [createReport('a', { outcome: 'miss' }), createReport('b'), createReport('c')]
    expect(summarizeReports(mixed, true)).toBe(
      '1 fragment had to be rendered: the new or expired ones, and the fragments around them. The other 2 were still valid and came from the cache.',
    )
  })
})
