import fc from 'fast-check'
import {
  contentKinds,
  groupKinds,
  rootKinds,
  type TreeFragment,
  type TreeNode,
} from '../next/fixture/site/tree/TreeNode.ts'

/** Levels of fragments and groups. */
const LEVELS = 8

/** Not shrunk, so that a fragment keeps its row when others are left out. */
const row = fc.noShrink(fc.nat(999))

const { node, fragment } = fc.letrec<{ node: TreeNode; fragment: TreeFragment }>((tie) => {
  const children = fc.array(tie('node'), { maxLength: 3, size: 'max' })
  const leaf = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('text' as const),
        text: fc.constantFrom('', ' ', 'text', '<b>"x"</b>', "it's &amp; so", '5'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('island' as const, 'field' as const),
        label: fc.constantFrom('one', 'two', '<three>'),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const), row }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'nothing' as const }) },
  )
  const group = fc.record({
    kind: fc.constant('group' as const),
    as: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...groupKinds) },
      { weight: 1, arbitrary: fc.constant('late' as const) },
    ),
    children,
  })
  return {
    node: fc.oneof(
      { maxDepth: LEVELS, depthSize: 'max', withCrossShrink: true },
      { arbitrary: leaf, weight: 3 },
      { arbitrary: group, weight: 3 },
      { arbitrary: tie('fragment'), weight: 4 },
    ),
    fragment: fc.record({
      kind: fc.constant('fragment' as const),
      row,
      isKeyed: fc.boolean(),
      compact: fc.constantFrom(true, true, true, false),
      content: fc.constantFrom(...contentKinds),
      root: fc.constantFrom(...rootKinds),
      children,
    }),
  }
})

/** The tree of a page with at least one fragment. */
export const randomPage: fc.Arbitrary<TreeNode> = fc
  .tuple(fragment, fc.array(node, { minLength: 2, maxLength: 4, size: 'max' }))
  .map(([first, others]) => assignRows({ kind: 'group', as: 'fragment', children: [first, ...others] }))

/**
 * Gives each fragment a row of its own. A part that shows a fragment again gets the row of one that ends before it, so that
 * no fragment contains itself.
 */
function assignRows(root: TreeNode): TreeNode {
  const rows: number[] = []
  return assign(root)

  function assign(node: TreeNode): TreeNode {
    if (node.kind === 'again')
      return rows.length === 0 ? { kind: 'nothing' } : { ...node, row: findRow(node.row, rows) }
    if (!('children' in node)) return node
    const children = node.children.map(assign)
    if (node.kind === 'group') return { ...node, children }
    let { row } = node
    while (rows.includes(row)) row++
    rows.push(row)
    return { ...node, children, row }
  }
}

/** Returns the first row from `start`. Most rows stay the first one when others are left out. */
export function findRow(start: number, rows: readonly number[]): number {
  const later = rows.filter((row) => row >= start)
  return Math.min(...(later.length === 0 ? rows : later))
}

/** Edits of rows, and visits at the same time. {@link findRow} finds the rows of a page. */
export interface PageStep {
  readonly edits: readonly number[]
  /** Rows whose fragment is shown alone. `null` is the whole page. */
  readonly visits: readonly (number | null)[]
}

export const randomStep: fc.Arbitrary<PageStep> = fc.record({
  edits: fc.array(row, { maxLength: 2, size: 'max' }),
  visits: fc.array(fc.option(row, { freq: 2 }), { minLength: 1, maxLength: 2, size: 'max' }),
})
