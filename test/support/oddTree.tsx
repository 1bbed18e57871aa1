import fc from 'fast-check'
import { createElement, Fragment, type ReactNode, Suspense } from 'react'

/** An element that React may refuse, treat specially, or move. */
export interface Odd {
  readonly tag: string
  readonly props: Record<string, unknown>
  readonly key: string | null
  /** Whether its children are one list, or separate arguments. */
  readonly inList: boolean
  readonly children: readonly (Odd | string | number | null | 'island')[]
}

const tags = [
  'svg math svg math g title desc foreignObject style script textarea select option optgroup input br img image',
  'picture noscript template iframe object pre listing xmp menuitem table tr p a div span head body html link meta',
  'annotation-xml mtext x-y fragment suspense',
]
  .join(' ')
  .split(' ')

const props = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        value: fc.constantFrom('a', 5, ['a']),
        defaultValue: fc.constantFrom('a', '\nb', 5),
        multiple: fc.boolean(),
        selected: fc.boolean(),
        src: fc.constantFrom('/a.png', 'data:image/gif;base64,A', 5),
        loading: fc.constantFrom('lazy', 'eager'),
        href: fc.constant('/a.css'),
        rel: fc.constantFrom('stylesheet', 'icon'),
        precedence: fc.constant('x'),
        itemProp: fc.constant('a'),
        style: fc.constant({ color: 'red' }),
      },
      { requiredKeys: [] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        style: fc.constantFrom('color: red', 5, true),
        dangerouslySetInnerHTML: fc.constantFrom({ __html: '<b>a</b>' }, { html: 1 }, 'a', null),
        title: fc.constantFrom({ a: 1 }, 'a', ['a']),
      },
      { requiredKeys: [] },
    ),
  },
)

const { odd } = fc.letrec<{ odd: Odd }>((tie) => ({
  odd: fc.record({
    tag: fc.constantFrom(...tags),
    props,
    key: fc.option(fc.constantFrom('a', 'b'), { freq: 2 }),
    inList: fc.boolean(),
    children: fc.array(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom('text', '5', '', '\n', '\na', 5, 0, null, 'island' as const),
        tie('odd'),
      ),
      { maxLength: 3 },
    ),
  }),
}))

export const oddTree: fc.Arbitrary<Odd> = odd.map(withoutLinkContent)

/** The content of a stylesheet breaks React's render of it and of the next document, so no test can compare with it. */
function withoutLinkContent(node: Odd): Odd {
  if (node.tag === 'link') return { ...node, inList: false, children: [] }
  const children = node.children.map((child) =>
    typeof child === 'object' && child !== null ? withoutLinkContent(child) : child,
  )
  return { ...node, children }
}

export function oddToReact({ tag, props, key, inList, children }: Odd, island: () => ReactNode): ReactNode {
  const nodes = children.map((child, at) => {
    if (child === 'island') return createElement(Fragment, { key: at }, island())
    return typeof child === 'object' && child !== null
      ? createElement(Fragment, { key: at }, oddToReact(child, island))
      : child
  })
  const type = tag === 'fragment' ? Fragment : tag === 'suspense' ? Suspense : tag
  const elementProps = tag === 'fragment' || tag === 'suspense' ? {} : props
  const keyed = key === null ? elementProps : { ...elementProps, key }
  return inList ? createElement(type, keyed, nodes) : createElement(type, keyed, ...nodes)
}
