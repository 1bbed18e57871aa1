import type { FragmentNode } from './buildFragmentTree'
import { groupSimilarNodes } from './buildFragmentTree'
import { FragmentLine, OutcomeMark } from './FragmentLine'

interface Props {
  nodes: FragmentNode[]
  names: ReadonlyMap<string, string>
}

/** The fragments of a page as nested lists. */
export function FragmentList({ nodes, names }: Props) {
  if (nodes.length === 0) return null
  return (
    <ul className="fragments">
      {groupSimilarNodes(nodes).map((group) => (
        <FragmentGroup key={group[0]?.report.key} group={group} names={names} />
      ))}
    </ul>
  )
}

function FragmentGroup({ group, names }: { group: FragmentNode[]; names: Props['names'] }) {
  const [first] = group
  if (!first) return null
  if (group.length === 1) {
    return (
      <li>
        <FragmentLine report={first.report} names={names} />
        <FragmentList nodes={first.children} names={names} />
      </li>
    )
  }
  return (
    <li>
      <details className="fragment-group">
        <summary>
          <OutcomeMark outcome={first.report.outcome} />
          <b>{first.report.name}</b>
          <span className="fragment-times">× {group.length}</span>
        </summary>
        <ul className="fragments">
          {group.map(({ report }) => (
            <li key={report.key}>
              <FragmentLine report={report} names={names} />
            </li>
          ))}
        </ul>
      </details>
    </li>
  )
}
