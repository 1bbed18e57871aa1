import type { FragmentReport } from 'react-cache-content/next'

export interface FragmentNode {
  report: FragmentReport
  children: FragmentNode[]
}

/** Arranges reports as a tree. A fragment whose parent has no report is placed at the top level. */
export function buildFragmentTree(reports: readonly FragmentReport[]): FragmentNode[] {
  const nodes = reports.map((report): FragmentNode => ({ report, children: [] }))
  const byKey = new Map<string, FragmentNode>()
  // A fragment may occur twice on a page. Its children are listed under its first occurrence.
  for (const node of nodes) if (!byKey.has(node.report.key)) byKey.set(node.report.key, node)
  const roots: FragmentNode[] = []
  for (const node of nodes) {
    const { parent, key } = node.report
    const parentNode = parent === undefined || parent === key ? undefined : byKey.get(parent)
    if (parentNode) parentNode.children.push(node)
    else roots.push(node)
  }
  return roots
}

const MIN_GROUP = 3

/** Groups sibling fragments with the same name and outcome, so that the panel shows each group in one line. */
export function groupSimilarNodes(nodes: readonly FragmentNode[]): FragmentNode[][] {
  const groups = new Map<string, FragmentNode[]>()
  for (const node of nodes) {
    const { name, outcome, key } = node.report
    const groupKey = node.children.length === 0 ? `${name} ${outcome}` : key
    groups.set(groupKey, [...(groups.get(groupKey) ?? []), node])
  }
  return [...groups.values()].flatMap((group) =>
    group.length < MIN_GROUP ? group.map((node) => [node]) : [group],
  )
}
