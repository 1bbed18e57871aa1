import { createElement, Fragment as ReactFragment, type ReactNode, Suspense } from 'react'
import { Inspector } from '../client/Inspector'
import { Island } from '../client/Island'
import { Fragment, type Mode } from '../Fragment'
import { read } from '../testControl'

/** A tree as a test writes it. The key of an item in a list is its index. */
export type Tree =
  | null
  | string
  | number
  | readonly Tree[]
  | { readonly type: string; readonly props?: object; readonly children?: readonly Tree[] }

const components: Record<string, unknown> = { Fragment: ReactFragment, Suspense, Island, Inspector }

/** The trees that a test has written, each in a fragment. */
export async function Trees({ mode }: { mode: Mode }) {
  const { round, trees } = JSON.parse(await read('trees'))
  return trees.map((tree: Tree, index: number) => (
    <section key={index} data-tree={index}>
      <Fragment mode={mode} name={`tree ${round} ${index}`}>
        {createNode(tree)}
        {/* React writes `<!-- -->` after a text at the end of content that was suspended. */}
        <hr />
      </Fragment>
    </section>
  ))
}

function createNode(tree: Tree, key?: number): ReactNode {
  if (tree === null || typeof tree !== 'object') return tree
  if (!('type' in tree)) return tree.map((item, index) => createNode(item, index))
  const { type, props, children = [] } = tree
  const nodes = children.map((child) => createNode(child))
  return createElement((components[type] ?? type) as string, { ...props, key }, ...nodes)
}
