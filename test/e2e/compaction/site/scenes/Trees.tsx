import { createElement, Fragment as ReactFragment, type ReactNode, Suspense } from 'react'
import { Inspector } from '../client/Inspector'
import { Island } from '../client/Island'
import { Fragment, type Mode } from '../Fragment'
import { read } from '../testControl'

/** Elements as a test writes them. Items of a list are keyed by their place. */
export type Tree =
  | null
  | string
  | number
  | readonly Tree[]
  | { readonly type: string; readonly props?: object; readonly children?: readonly Tree[] }

const components: Record<string, unknown> = { Fragment: ReactFragment, Suspense, Island, Inspector }

/** Whatever trees the desk holds, each a fragment. */
export async function Trees({ mode }: { mode: Mode }) {
  const { round, trees } = JSON.parse(await read('trees'))
  return trees.map((tree: Tree, index: number) => (
    <section key={index} data-tree={index}>
      <Fragment mode={mode} name={`tree ${round} ${index}`}>
        {nodeOf(tree)}
        {/* React writes `<!-- -->` behind a text that what had to wait ends in. */}
        <hr />
      </Fragment>
    </section>
  ))
}

function nodeOf(tree: Tree, key?: number): ReactNode {
  if (tree === null || typeof tree !== 'object') return tree
  if (!('type' in tree)) return tree.map((item, index) => nodeOf(item, index))
  const { type, props, children = [] } = tree
  const nodes = children.map((child) => nodeOf(child))
  return createElement((components[type] ?? type) as string, { ...props, key }, ...nodes)
}
