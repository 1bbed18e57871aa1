import type { FragmentReport } from 'react-cache-content/next'

export interface FragmentNode {
  report: FragmentReport
  children: FragmentNode[]
}

/** Reports as the dolls they are. One whose parent was not reported stands at the top. */
export function fragmentTree(reports: readonly FragmentReport[]): FragmentNode[] {
  const nodes = reports.map((report): FragmentNode => ({ report, children: [] }))
  const byKey = new Map<string, FragmentNode>()
  // A fragment may be on a page twice; what is inside then stands under its first place.
  for (const node of nodes) if (!byKey.has(node.report.key)) byKey.set(node.report.key, node)
  const top: FragmentNode[] = []
  for (const node of nodes) {
    const { parent, key } = node.report
    const around = parent === undefined || parent === key ? undefined : byKey.get(parent)
    if (around) around.children.push(node)
    else top.push(node)
  }
  return top
}

const MIN_GROUP = 3

/** Neighbours of one name and outcome, which a panel can show as one line: "film/row, 9 hits". */
export function groupAlike(nodes: readonly FragmentNode[]): FragmentNode[][] {
  const groups = new Map<string, FragmentNode[]>()
  for (const node of nodes) {
    const alike = node.children.length === 0 ? `${node.report.name} ${node.report.outcome}` : node.report.key
    groups.set(alike, [...(groups.get(alike) ?? []), node])
  }
  return [...groups.values()].flatMap((group) =>
    group.length < MIN_GROUP ? group.map((node) => [node]) : [group],
  )
}
