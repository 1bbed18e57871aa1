import { type ReactElement, type ReactNode, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it } from 'vitest'
import { BEHAVIOUR, NO_BEHAVIOUR } from '../../../lib/react/compaction/behaviours.ts'
import type { ConvertMarkup } from '../../../lib/react/compaction/convertMarkup.ts'
import {
  createPlainElement,
  registerElementWithBehaviours,
} from '../../../lib/react/compaction/createElements.ts'
import { createEmbeddedTree } from '../../../lib/react/compaction/embeddedTree.ts'
import type { Props } from '../../../lib/react/compaction/shape.ts'
import { toBareElements } from '../../../lib/react/compaction/toBareElements.ts'
import { NO_KEYS } from '../../../lib/react/keyPath.ts'
import { changeElement } from '../../../lib/react/reactInternals.ts'
import { compactTree } from '../../support/compactTree.ts'

/** A client component whose behaviour can be added to an `<a>`. */
function Link({ code: _, ...props }: { code: string; href: string; children?: ReactNode }) {
  return <a {...props} />
}

function Island() {
  return <button type="button">island</button>
}

const ElementWithBehaviours: Parameters<typeof registerElementWithBehaviours>[0] = () => null

const convert: ConvertMarkup = (element) => {
  const { type, props, key } = element
  if ((type as unknown) === ElementWithBehaviours)
    return createPlainElement(props as unknown as Parameters<typeof createPlainElement>[0], key)
  if ((type as unknown) !== Link) return undefined
  const { code, ...attributes } = props
  return changeElement(element, {
    type: 'a',
    props: { ...attributes, [BEHAVIOUR]: code },
  }) as ReactElement<Props>
}

const compact = (node: ReactNode) => compactTree(node, renderToString, convert)

afterEach(() => registerElementWithBehaviours(undefined))

describe('a link in a compact tree', () => {
  it('a link in plain markup is HTML, and its place among the behaviours is known', async () => {
    const node = (
      <ul>
        <li>
          <a href="/plain">plain</a>
        </li>
        <li>
          <Link href="/a?b=1&c" code="A">
            one <b>link</b>
          </Link>
        </li>
      </ul>
    )
    const { text, slots, behaviours } = await compact(node)
    expect(text).toBe(renderToString(node))
    expect(slots).toEqual([])
    expect(behaviours).toEqual([`${NO_BEHAVIOUR}A`])
  })

  it('a link beside a client component is an element of its own, with HTML', async () => {
    const { html, slots, behaviours, shape } = await compact(
      <p>
        <Link href="/a" code="A">
          link
        </Link>
        <Island />
      </p>,
    )
    expect(html).toEqual(['link'])
    expect(slots).toHaveLength(1)
    expect(behaviours).toEqual(['A'])
    expect(shape.nodes).toContainEqual(['a', 2, { href: '/a' }])
  })

  it('a link around a client component stays a component', async () => {
    const { slots, behaviours } = await compact(
      <p>
        <Link href="/a" code="A">
          <Island />
        </Link>
      </p>,
    )
    expect(slots).toMatchObject([{ type: Link }])
    expect(behaviours).toEqual([])
  })

  it('a link inside of another link stays where React puts it', async () => {
    const node = (
      <p>
        <a href="/outer">
          outer{' '}
          <Link href="/inner" code="A">
            inner
          </Link>
        </a>
      </p>
    )
    const { html, behaviours, shape } = await compact(node)
    expect(html).toEqual(['inner'])
    expect(behaviours).toEqual(['A'])
    expect(shape.nodes).toContainEqual(['a', 0, { href: '/outer' }, 'outer', ' ', 1])
  })

  it('a link that is one element in two places behaves in both, though plain in one', async () => {
    const link = (
      <Link href="/shared" code="A">
        <div>a block, which ends a paragraph</div>
      </Link>
    )
    const places = [<section key="1">{link}</section>, <p key="2">{link}</p>]
    for (const order of [places, places.toReversed()]) {
      const { slots, behaviours } = await compact(<div>{order}</div>)
      expect(slots).toMatchObject([{ type: Link }, { type: Link }])
      expect(behaviours).toEqual([])
    }
  })

  it('the behaviours of nested fragments are in the order of the document', async () => {
    const inner = await compact(
      <li>
        <Link href="/b" code="B">
          b
        </Link>
      </li>,
    )
    const { behaviours } = await compact(
      <div>
        <Link href="/a" code="A">
          a
        </Link>
        <ul>{createEmbeddedTree(inner, NO_KEYS)}</ul>
        <a href="/plain">plain</a>
      </div>,
    )
    expect(behaviours).toEqual([`AB${NO_BEHAVIOUR}`])
  })

  it('the behaviours of a hit inside that is shown as elements are known', async () => {
    registerElementWithBehaviours(ElementWithBehaviours)
    const hit = await compact(
      <>
        text at the root
        <Link href="/a" code="A">
          a
        </Link>
        <p>
          <Link href="/b" code="B">
            b
          </Link>
        </p>
        <p>plain</p>
      </>,
    )
    const elements = toBareElements(hit)
    const { behaviours, text, slots } = await compact(<div>{elements}</div>)
    expect(slots).toEqual([])
    expect(behaviours).toEqual(['AB'])
    expect(text).toContain('<a href="/a">a</a><p><a href="/b">b</a></p><p>plain</p>')
  })

  it('a fragment that is an anchor without content counts in the HTML around it', async () => {
    const inner = await compact(<a id="top" />)
    const { behaviours, html } = await compact(
      <div>
        {createEmbeddedTree(inner, NO_KEYS)}
        <p>
          <Link href="/a" code="A">
            a
          </Link>
        </p>
      </div>,
    )
    expect(html).toEqual(['<a id="top"></a><p><a href="/a">a</a></p>'])
    expect(behaviours).toEqual([`${NO_BEHAVIOUR}A`])
  })

  it('a link in an element that stays as it is stays a component', async () => {
    const { slots } = await compact(
      <p>
        <noscript>
          <Link href="/a" code="A">
            a
          </Link>
        </noscript>
      </p>,
    )
    expect(slots).toMatchObject([{ type: 'noscript', props: { children: { type: Link } } }])
  })

  it('an element without behaviour has no symbol that Flight would refuse', async () => {
    registerElementWithBehaviours(ElementWithBehaviours)
    const { slots } = await compact(
      <Suspense>
        <a href="/plain">plain</a>
      </Suspense>,
    )
    const { props } = (slots[0] as ReactElement<{ children: ReactElement<object> }>).props.children
    expect(Object.getOwnPropertySymbols(props)).toEqual([])
    expect(props).toMatchObject({ href: '/plain', dangerouslySetInnerHTML: { __html: 'plain' } })
  })

  it('an element in capitals counts among the elements with behaviour', async () => {
    const CapitalAnchor = 'A' as 'a'
    const { behaviours } = await compact(
      <div>
        <CapitalAnchor href="/plain">plain</CapitalAnchor>
        <Link href="/a" code="A">
          a
        </Link>
      </div>,
    )
    expect(behaviours).toEqual([`${NO_BEHAVIOUR}A`])
  })
})
