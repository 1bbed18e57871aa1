import fc from 'fast-check'
import { createElement, Fragment, type ReactNode, Suspense } from 'react'

/** A tree as data. Two renders give two trees of equal elements. */
export type Tree =
  | { kind: 'text'; text: string }
  | { kind: 'nothing' }
  | { kind: 'island'; id: number; key: string | null }
  | { kind: 'list'; items: Tree[] }
  | { kind: 'element'; tag: string; props: Record<string, unknown>; key: string | null; children: Tree[] }

const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('', ' ', '\n', '<b>', '&amp;', '"quoted"', "it's", '</script>', '\u2028', '\u00a0', '5'),
  fc.string({ unit: 'binary', maxLength: 4 }),
)

const props = fc.record(
  {
    className: text,
    title: text,
    hidden: fc.boolean(),
    tabIndex: fc.integer({ min: -1, max: 3 }),
    style: fc.constantFrom({ color: 'red' }, { marginTop: 4, WebkitLineClamp: 2 }, {}),
    'data-x': text,
    'aria-hidden': fc.boolean(),
    autoFocus: fc.constant(false),
  },
  { requiredKeys: [] },
)

const tags = [
  'div p span a b ul li section h2 button table tbody tr td pre select option textarea input img',
  'svg g path title picture custom-element form label noscript template details iframe br hr article',
]
  .join(' ')
  .split(' ')

const key = fc.option(fc.string({ minLength: 1, maxLength: 3 }), { freq: 2 })
const VOID = new Set(['input', 'img', 'br', 'hr'])
const TEXT_ONLY = new Set(['option', 'textarea', 'title', 'iframe'])

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('text' as const), text }),
    fc.constant({ kind: 'nothing' as const }),
    fc.record({ kind: fc.constant('island' as const), id: fc.nat(1e6), key }),
    fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('tree'), { maxLength: 4 }) }),
    fc
      .record({
        kind: fc.constant('element' as const),
        tag: fc.constantFrom(...tags, 'fragment', 'suspense'),
        props,
        key,
        children: fc.array(tie('tree'), { maxLength: 5 }),
      })
      .map((element) => ({ ...element, children: childrenFor(element.tag, element.children) })),
  ),
}))

export const randomTree: fc.Arbitrary<Tree> = tree

function childrenFor(tag: string, children: Tree[]): Tree[] {
  if (VOID.has(tag)) return []
  return TEXT_ONLY.has(tag) ? children.filter(({ kind }) => kind === 'text').slice(0, 1) : children
}

/** @param island creates the node in place of a client component */
export function treeToReact(tree: Tree, island: (id: number) => ReactNode, at = 0): ReactNode {
  switch (tree.kind) {
    case 'text':
      return tree.text
    case 'nothing':
      return null
    case 'island':
      return createElement(Fragment, { key: tree.key ?? `at ${at}` }, island(tree.id))
    case 'list':
      return tree.items.map((item, index) => keyed(treeToReact(item, island, index), index))
    case 'element': {
      const children = tree.children.map((child, index) => treeToReact(child, island, index))
      const unique = tree.key === null ? {} : { key: `${tree.key} ${at}` }
      if (tree.tag === 'fragment') return createElement(Fragment, unique, ...children)
      if (tree.tag === 'suspense')
        return createElement(Suspense, { ...unique, fallback: 'wait' }, ...children)
      // React requires the text of a textarea as `defaultValue`.
      if (tree.tag === 'textarea')
        return createElement('textarea', { ...tree.props, ...unique, defaultValue: children.join('') })
      return createElement(tree.tag, { ...tree.props, ...unique }, ...children)
    }
  }
}

function keyed(node: ReactNode, index: number): ReactNode {
  return createElement(Fragment, { key: index }, node)
}
