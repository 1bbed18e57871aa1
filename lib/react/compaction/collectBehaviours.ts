import { isValidElement } from 'react'
import {
  BEHAVIOUR,
  type Behaviours,
  listAbsentBehaviours,
  mayHaveBehaviour,
  NO_BEHAVIOUR,
} from './behaviours.ts'
import { isEmbeddedTree } from './embeddedTree.ts'
import { getWellFormedHtml } from './isPlainElement.ts'
import type { Props } from './shape.ts'

/** Collects the behaviours of a plain node. */
export function collectBehaviours(node: unknown): Behaviours {
  if (Array.isArray(node)) {
    let behaviours = ''
    for (const child of node) behaviours += collectBehaviours(child)
    return behaviours
  }
  if (!isValidElement<Props>(node)) return ''
  if (isEmbeddedTree(node)) return node.props.tree.textBehaviours
  const own = mayHaveBehaviour(node.type) ? getOwnBehaviour(node.props) : ''
  const html = getWellFormedHtml(node.props)
  return (
    own +
    (html ? (html.behaviours ?? listAbsentBehaviours(html.__html)) : collectBehaviours(node.props.children))
  )
}

function getOwnBehaviour(props: Props & { readonly [BEHAVIOUR]?: string }): string {
  return props[BEHAVIOUR] ?? NO_BEHAVIOUR
}
