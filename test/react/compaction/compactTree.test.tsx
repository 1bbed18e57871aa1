import fc from 'fast-check'
import { createElement, lazy, type ReactNode, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'
import { type CompactTree, compactTree, isCompactTree } from '../../../lib/react/compaction/compactTree.ts'
import { WELL_FORMED } from '../../../lib/react/compaction/isPlainElement.ts'
import { reassembleTree } from '../../../lib/react/compaction/reassembleTree.ts'
import { randomTree, treeToReact } from '../../support/randomTree.tsx'

function Island({ id }: { id: number | string }) {
  return <i>island {id}</i>
}

function renderHtml(form: CompactTree): string {
  return renderToString(
    reassembleTree(form, (index) => ({ dangerouslySetInnerHTML: { __html: form.html[index] } })),
  )
}

const compacted = async (node: ReactNode) => (await compactTree(node, renderToString)).form

describe('a compact fragment', () => {
  it('the compact form is written to a document as its tree, whatever the tree', async () => {
    await fc.assert(
      fc.asyncProperty(randomTree, async (tree) => {
        const node = treeToReact(tree, (id) => <Island id={id} />)
        expect(renderHtml(await compacted(node))).toBe(renderToString(node))
      }),
      { numRuns: 1_000 },
    )
  })

  it('the compact form of a hit inside is written as its tree, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(randomTree, async (tree) => {
        const node = treeToReact(tree, (id) => <Island id={id} />)
        const { html, ...parts } = await compacted(node)
        const hit = reassembleTree(parts, (index) => ({
          dangerouslySetInnerHTML: { __html: html[index], ...WELL_FORMED },
        }))
        const around = <section>{hit}</section>
        expect(renderHtml(await compacted(around))).toBe(renderToString(<section>{node}</section>))
      }),
      { numRuns: 500 },
    )
  })

  it('the compact form holds plain markup as HTML, client components unchanged', async () => {
    const { shape, html, slots } = await compacted(
      <section className="news">
        <h2>
          News of <em>today</em>
        </h2>
        <Island id={1} />
      </section>,
    )
    expect(html).toEqual(['News of <em>today</em>'])
    expect(slots).toMatchObject([{ type: Island, props: { id: 1 } }])
    expect(shape).toEqual({
      root: 2,
      nodes: [
        ['h2', 2, null],
        ['section', 0, { className: 'news' }, 1, 0],
      ],
      keys: '',
    })
  })

  it('the compact form holds iterators among children as HTML, like lists', async () => {
    const items = () => [<li key="a">a</li>, <li key="b">b</li>]
    const list = await compacted(<ul>{items()}</ul>)
    for (const iterable of [items().values(), new Set(items()), new Map([['a', 1]]).values()]) {
      const { html, slots } = await compacted(<ul>{iterable}</ul>)
      expect(slots).toEqual([])
      expect(html).toHaveLength(1)
    }
    expect(await compacted(<ul>{items().values()}</ul>)).toEqual(list)
  })

  it('the compact form holds the items of an iterator among other elements', async () => {
    const items = [<Island key="a" id="a" />, <p key="b">b</p>]
    expect(renderHtml(await compacted(<section>{items.values()}</section>))).toBe(
      renderToString(<section>{items}</section>),
    )
  })

  it('the compact form is one string where everything is plain', async () => {
    const { html, slots } = await compacted(
      <ul>
        <li>one</li>
        <li>two</li>
      </ul>,
    )
    expect(html).toEqual(['<li>one</li><li>two</li>'])
    expect(slots).toEqual([])
  })

  it('the compact form writes elements of one shape once', async () => {
    const rows = Array.from({ length: 100 }, (_, index) => (
      <li key={`k${index}`}>
        <b>{index}</b>
        <Island id={index} />
      </li>
    ))
    const { shape, html } = await compacted(<ul>{rows}</ul>)
    expect(html).toHaveLength(100)
    expect(shape.nodes).toHaveLength(3)
    expect(shape.keys).toBe(rows.map(({ key }) => key).join(','))
  })

  it('the compact form keeps keys that hold commas apart', async () => {
    const node = [<Island key="a,b" id={1} />, <p key="c,d">{[<Island key="," id={2} />]}</p>]
    const form = await compacted(node)
    expect(form.shape.keys).toEqual(['c,d'])
    expect(renderHtml(form)).toBe(renderToString(node))
  })

  it('the compact form includes lazy parts of the decoded tree', async () => {
    const late = Promise.resolve({ default: () => null })
    const Late = lazy(() => late)
    const chunk = {
      $$typeof: Symbol.for('react.lazy'),
      _payload: <b>lazy</b>,
      _init: (payload: unknown) => payload,
    }
    const node = (
      <div>
        {Promise.resolve(<b>promised</b>)}
        {chunk as unknown as ReactNode}
        <Late />
      </div>
    )
    const { html, slots } = await compacted(node)
    expect(html).toEqual(['promised', 'lazy'])
    expect(slots).toHaveLength(1)
  })

  it('compaction rejects when a part of the output does', async () => {
    const failed = Promise.reject(new Error('no data'))
    await expect(compacted(<div>{failed}</div>)).rejects.toThrow('no data')
  })

  it('the compact form merges HTML of an inner fragment, but no foreign HTML', async () => {
    const inner = createElement('p', {
      dangerouslySetInnerHTML: { __html: '<b>inner</b>', ...WELL_FORMED },
    })
    const others = <p dangerouslySetInnerHTML={{ __html: '<b>open' }} />
    expect((await compacted(<div>{inner}</div>)).html).toEqual(['<p><b>inner</b></p>'])
    const form = await compacted(<div>{others}</div>)
    expect(form.html).toEqual([])
    expect(renderHtml(form)).toBe('<div><p><b>open</p></div>')
  })

  const dynamic: Record<string, ReactNode> = {
    'a title, which React hoists': <title>title</title>,
    'meta, links, styles and scripts': [
      <meta key="1" name="a" content="b" />,
      <link key="2" rel="stylesheet" href="/a.css" precedence="x" />,
      <style key="3">{'p{}'}</style>,
      <script key="4" async src="/a.js" />,
    ],
    'fields, whose value is state': [
      <input key="1" defaultValue="a" />,
      <select key="2" defaultValue="b">
        <option>b</option>
      </select>,
      <textarea key="3" defaultValue={'\nc'} />,
    ],
    'an image that React preloads': <img src="/a.png" alt="" />,
    'media, of which some attributes are properties': <video muted src="/a.mp4" />,
    'a custom element, whose attributes may be properties': createElement('x-y', { title: 'a' }),
    'preformatted text that begins with a newline': <pre>{'\n\na'}</pre>,
    'text with a carriage return, which a parser reads as a newline': <p>{'a\rb'}</p>,
    'an element that takes the focus': <button autoFocus>a</button>,
    'a form with a function': <form action={() => {}} />,
  }
  for (const [what, node] of Object.entries(dynamic)) {
    it(`the compact form keeps ${what}`, async () => {
      const form = await compacted(<div>{node}</div>)
      expect(form.html).toEqual([])
      expect(renderHtml(form)).toBe(renderToString(<div>{node}</div>))
    })
  }

  it('the compact form leaves templates and noscript alone', async () => {
    const node = (
      <div>
        <noscript>
          <p>text</p>
        </noscript>
      </div>
    )
    expect((await compacted(node)).slots).toHaveLength(1)
  })

  it('compacts images that nobody preloads', async () => {
    const node = (
      <figure>
        <img loading="lazy" src="/a.png" alt="" />
        <picture>
          <img src="/b.png" alt="" />
        </picture>
        <img src="data:image/gif;base64,R0lGOD" alt="" />
      </figure>
    )
    expect((await compacted(node)).html).toHaveLength(1)
  })

  it('the compact form writes elements of SVG and MathML in their namespaces', async () => {
    const node = (
      <svg>
        <Island id="in svg" />
        <g>
          <title>no title of the page</title>
          <path d="M0 0" />
        </g>
      </svg>
    )
    const form = await compacted(node)
    expect(form.html).toEqual(['<title>no title of the page</title><path d="M0 0"></path>'])
    expect(renderHtml(form)).toBe(renderToString(node))
  })

  it('the compact form leaves HTML inside its Suspense boundary', async () => {
    const node = (
      <Suspense fallback={<p>wait</p>}>
        <p>text</p>
      </Suspense>
    )
    const form = await compacted(node)
    expect(form.html).toEqual([])
    expect(form.slots).toMatchObject([
      {
        type: Suspense,
        props: { children: { type: 'p', props: { dangerouslySetInnerHTML: { __html: 'text' } } } },
      },
    ])
    expect(renderHtml(form)).toBe(renderToString(node))
  })

  const moved: Record<string, ReactNode> = {
    'a block in a paragraph': <p>{(<div />) as ReactNode}</p>,
    'a row without a body': (
      <table>
        <tr />
      </table>
    ),
    'a link in a link': (
      <a href="/a">
        <b>
          <a href="/b">b</a>
        </b>
      </a>
    ),
    'an item in an item': (
      <li>
        <div>
          <li />
        </div>
      </li>
    ),
    'text in a row': <tr>text</tr>,
    'HTML in SVG': (
      <svg>
        <p />
      </svg>
    ),
    'an element in MathML of which React makes none of HTML': (
      <math>
        <mtext>
          <b>a</b>
        </mtext>
      </math>
    ),
    'ruby text in ruby text': createElement(
      'ruby',
      null,
      createElement('rb', null, createElement('rt', null, 'a')),
    ),
  }
  for (const [what, node] of Object.entries(moved)) {
    it(`the compact form has no HTML of ${what}, which a parser moves`, async () => {
      const error = vi.spyOn(console, 'error').mockImplementation(() => {})
      const around = <div>{node}</div>
      const form = await compacted(around)
      const written = renderToString(around)
      error.mockRestore()
      // Each element stays one of React's, so that no parser sees one inside another.
      const tags = [...written.matchAll(/<([a-z]+)/g)].map(([, tag]) => tag)
      expect(form.shape.nodes.map(([tag]) => tag).sort()).toEqual(tags.sort())
      expect(form.html.filter((html) => html.includes('<'))).toEqual([])
    })
  }

  it('the compact form keeps apart in a paragraph what was parsed elsewhere', async () => {
    const inner = createElement('span', {
      dangerouslySetInnerHTML: { __html: '<div>a</div>', ...WELL_FORMED },
    })
    const form = await compacted(<p>{inner}</p>)
    expect(form.html).toEqual(['<div>a</div>'])
    const apart = await compacted(<section>{inner}</section>)
    expect(apart.html).toEqual(['<span><div>a</div></span>'])
  })

  it('the compact form cannot be forged by content', async () => {
    const planted = { shape: { root: 1, nodes: [['p', 2, null]], keys: '' }, slots: [], html: ['<script>'] }
    expect(isCompactTree({ ...planted, kind: 'react-cache-content.compact' })).toBe(false)
    expect(isCompactTree(await compacted(<p>a</p>))).toBe(true)
    const props = { dangerouslySetInnerHTML: { __html: '<b>open', wellFormed: true } }
    expect((await compacted(<div>{createElement('p', props)}</div>)).html).toEqual([])
  })

  it('the compact form counts the HTML that is in its holes', async () => {
    const node = (
      <Suspense>
        <p>text</p>
      </Suspense>
    )
    expect(await compactTree(node, renderToString)).toMatchObject({ htmlCount: 1, form: { html: [] } })
    expect(await compactTree(<Island id={1} />, renderToString)).toMatchObject({ htmlCount: 0 })
  })

  it('the compact form parses a list in a list', async () => {
    const node = (
      <ul>
        <li>
          a
          <ul>
            <li>b</li>
          </ul>
        </li>
      </ul>
    )
    expect((await compacted(node)).html).toEqual(['<li>a<ul><li>b</li></ul></li>'])
  })
})
