import {
  arrangeChildren,
  listFragments,
  type TreeFragment,
  type TreeNode,
} from '../next/fixture/site/tree/TreeNode.ts'

/** Predicts what a page renders: the fragments that were expired or never shown, and no others. */
export function createPageModel(root: TreeNode) {
  const fragments = new Map(listFragments(root).map((fragment) => [fragment.row, fragment]))
  const versions = new Map<number, number>()
  /** The rows on which each cached fragment depends. */
  const cached = new Map<number, ReadonlySet<number>>()

  const getVersion = (row: number) => versions.get(row) ?? 1

  /** Returns the rows on which the output of a node depends. */
  function show(node: TreeNode, rendered: Set<number>): ReadonlySet<number> {
    if (node.kind === 'group') return showAll(node.children, rendered)
    if (node.kind !== 'again' && node.kind !== 'fragment') return new Set()
    const fragment = getFragment(node.row)
    const before = fragment.content === 'shared elements' ? fragment.children.slice(0, 1) : []
    return new Set([...showAll(before, rendered), ...showFragment(fragment, rendered)])
  }

  function showAll(nodes: readonly TreeNode[], rendered: Set<number>): ReadonlySet<number> {
    return new Set(nodes.flatMap((node) => [...show(node, rendered)]))
  }

  function showFragment(fragment: TreeFragment, rendered: Set<number>): ReadonlySet<number> {
    const { row } = fragment
    const known = cached.get(row)
    if (known !== undefined) return known
    rendered.add(row)
    const children = arrangeChildren(fragment, getVersion(row))
    const dependencies = new Set([row, ...showAll(children, rendered)])
    cached.set(row, dependencies)
    return dependencies
  }

  function getFragment(row: number): TreeFragment {
    const fragment = fragments.get(row)
    if (fragment === undefined) throw new Error(`There is no row ${row}.`)
    return fragment
  }

  return {
    rows: [...fragments.keys()],
    /** @returns the new version of the row */
    edit(row: number): number {
      versions.set(row, getVersion(row) + 1)
      for (const [other, dependencies] of cached) if (dependencies.has(row)) cached.delete(other)
      return getVersion(row)
    },
    /** @returns the rows that are rendered when a fragment or the whole page is shown */
    visit(row: number | null): ReadonlySet<number> {
      const rendered = new Set<number>()
      show(row === null ? root : getFragment(row), rendered)
      return rendered
    },
  }
}
