import { createElement, isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { BEHAVIOUR } from '../../../lib/react/compaction/behaviours.ts'
import type { ConvertMarkup } from '../../../lib/react/compaction/convertMarkup.ts'
import { createEmbeddedTree } from '../../../lib/react/compaction/embeddedTree.ts'
import { prepareCompactTree } from '../../../lib/react/compaction/prepareCompactTree.ts'
import type { Props } from '../../../lib/react/compaction/shape.ts'
import { toBareElements } from '../../../lib/react/compaction/toBareElements.ts'
import { NO_KEYS } from '../../../lib/react/keyPath.ts'
import { changeElement } from '../../../lib/react/reactInternals.ts'
import { compactTree } from '../../support/compactTree.ts'

const compact = (node: ReactNode, convert?: ConvertMarkup) => compactTree(node, renderToString, convert)

const raw = (html: string) => ({ dangerouslySetInnerHTML: { __html: html } })

function Island() {
  return <i>island</i>
}

/** A client component that renders an `<a>`. */
function Link({ children }: { children: ReactNode }) {
  return <a href="/b">{children}</a>
}

const convertLink: ConvertMarkup = (element) =>
  (element.type as unknown) === Link
    ? (changeElement(element, {
        type: 'a',
        props: { href: '/b', children: element.props.children, [BEHAVIOUR]: 'B' },
      }) as ReactElement<Props>)
    : undefined

describe('raw HTML in a compact tree', () => {
  it('raw HTML becomes HTML like the markup around it', async () => {
    const { text, slots, dynamicParts } = await compact(
      <section>
        <h1>title</h1>
        <div className="body" {...raw('<p>one<p>two & "three"<br/>')} />
      </section>,
    )
    expect(text).toBe(
      '<section><h1>title</h1><div class="body"><p>one</p><p>two &amp; &quot;three&quot;<br></p></div></section>',
    )
    expect(slots).toEqual([])
    expect(dynamicParts).toEqual([])
  })

  it('an element beside a client component keeps its place and shows normalized HTML', async () => {
    const { html, shape, slots } = await compact(
      <section>
        <Island />
        <div id="a" {...raw('<P>a</P>')} />
      </section>,
    )
    expect(html).toEqual(['<p>a</p>'])
    expect(slots).toHaveLength(1)
    expect(shape.nodes).toContainEqual(['div', 2, { id: 'a' }])
  })

  it('a drawing with raw content becomes HTML', async () => {
    const node = (
      <p>
        <svg viewBox="0 0 1 1" {...raw('<path d="M0 0"/>')} />
      </p>
    )
    const { text, slots } = await compact(node)
    expect(text).toBe('<p><svg viewBox="0 0 1 1"><path d="M0 0"></path></svg></p>')
    expect(slots).toEqual([])
  })

  it('raw HTML in a Suspense boundary is normalized', async () => {
    const { slots } = await compact(
      <Suspense>
        <div {...raw('<P>a</P>')} />
      </Suspense>,
    )
    expect(renderToString(slots[0])).toContain('<div><p>a</p></div>')
  })

  it('raw HTML in a link that becomes markup is part of the markup', async () => {
    const node = (
      <section>
        <Link>
          <span {...raw('<b>a</b>')} />
        </Link>
      </section>
    )
    const { text, behaviours } = await compact(node, convertLink)
    expect(text).toBe('<section><a href="/b"><span><b>a</b></span></a></section>')
    expect(behaviours).toEqual(['B'])
  })

  it('the links and images in raw HTML count as elements without behaviour', async () => {
    const node = (
      <section>
        <Link>first</Link>
        <div {...raw('<a href="/a">a</a><svg><a href="/b">b</a></svg><img src="/c.png"><abbr>d</abbr>')} />
        <Link>last</Link>
      </section>
    )
    expect((await compact(node, convertLink)).behaviours).toEqual(['B...B'])
  })

  it('an element with raw HTML in several places is converted in each', async () => {
    const twice = <p {...raw('a & b')} />
    const { text } = await compact(
      <section>
        {twice}
        {twice}
      </section>,
    )
    expect(text).toBe('<section><p>a &amp; b</p><p>a &amp; b</p></section>')
  })
})

describe('raw HTML that stays an element', () => {
  const getDynamicParts = async (element: ReactElement) => {
    const { dynamicParts, shape } = await compact(<section>{element}</section>)
    // The element has its own HTML in the data.
    expect(JSON.stringify(shape.nodes)).toContain('dangerouslySetInnerHTML')
    return dynamicParts
  }

  it.each([
    ['script', <div key="a" {...raw('<script>go()</script>')} />],
    ['unbalanced tags', <div key="a" {...raw('<b>open')} />],
    ['contentEditable', <div key="a" contentEditable {...raw('a')} />],
    ['suppressHydrationWarning', <div key="a" suppressHydrationWarning {...raw('a')} />],
    ['not in this element', <ruby key="a" {...raw('a')} />],
  ])('the report names the element and the reason: %s', async (reason, element) => {
    const name = `<${element.type} dangerouslySetInnerHTML> (${reason})`
    expect(await getDynamicParts(element)).toEqual([{ name, count: 1 }])
  })

  it('the report names an element of SVG and the reason', async () => {
    const element = (
      <svg>
        <g {...raw('<path d="M0 0"/>')} />
      </svg>
    )
    expect(await getDynamicParts(element)).toEqual([
      { name: '<g dangerouslySetInnerHTML> (in svg)', count: 1 },
    ])
  })

  it('raw HTML that a parser would move because of an ancestor is out of place', async () => {
    const element = (
      <p>
        <span {...raw('<div>a</div>')} />
      </p>
    )
    const name = '<span dangerouslySetInnerHTML> (out of place)'
    expect(await getDynamicParts(element)).toEqual([{ name, count: 1 }])
  })

  it.each([0, 5, null, '', { toString: () => 'a' }])('HTML that is %j stays as it is', async (html) => {
    const element = <div {...raw(html as string)} />
    expect(await getDynamicParts(element)).toEqual([{ name: '<div>', count: 1 }])
  })

  it.each([
    ['a custom element', createElement('x-a', { key: 'a', ...raw('a') })],
    ['an element with a function', <form key="a" action={() => {}} {...raw('a')} />],
    ['an element with a focus', <div key="a" autoFocus {...raw('a')} />],
  ])('%s keeps its name', async (_, element) => {
    expect(await getDynamicParts(element)).toEqual([{ name: `<${element.type}>`, count: 1 }])
  })

  it.each(['style', 'script', 'option'])('a %s stays as it is', async (tag) => {
    const element = createElement(tag, raw('a'))
    const { slots, dynamicParts } = await compact(<section>{element}</section>)
    expect(slots).toEqual([element])
    expect(dynamicParts).toEqual([{ name: `<${tag}>`, count: 1 }])
  })
})

it('raw HTML stays an element where it is turned off', () => {
  const { tree } = prepareCompactTree(<div {...raw('<b>text</b>')} />, { keepsRawHtml: true })
  expect(tree.shape.nodes).toEqual([['div', 0, raw('<b>text</b>')]])
  expect(tree.dynamicParts).toEqual([{ name: '<div>', count: 1 }])
})

describe('raw HTML in a nested fragment', () => {
  it('the HTML of a nested fragment is not checked again', async () => {
    const inner = await compact(<div {...raw('<P>a</P>')} />)
    const [element] = [toBareElements(inner)].flat()
    if (!isValidElement(element)) throw new Error('The fragment is not one element.')
    const { text } = await compact(<section>{element}</section>)
    expect(text).toBe('<section><div><p>a</p></div></section>')
  })

  it('a fragment knows the elements in raw HTML of the fragments inside it', async () => {
    const inner = await compact(<div {...raw('<a href="/a">a</a>')} />)
    const middle = await compact(<section>{createEmbeddedTree(inner, NO_KEYS)}</section>)
    const { shape } = await compact(<a href="/b">b{createEmbeddedTree(middle, NO_KEYS)}</a>)
    // A parser would end the outer link before the inner one.
    expect(shape.nodes).toContainEqual(['a', 0, { href: '/b' }, 'b', expect.anything()])
  })
})
