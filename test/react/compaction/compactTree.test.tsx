import fc from 'fast-check'
import { createElement, lazy, type ReactNode, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'
import { type CompactTree, isCompactTree } from '../../../lib/react/compaction/compactTree.ts'
import { WELL_FORMED } from '../../../lib/react/compaction/isPlainElement.ts'
import { reassembleTree } from '../../../lib/react/compaction/reassembleTree.ts'
import { compactTree, showHtml } from '../../support/compactTree.ts'
import { randomTree, treeToReact } from '../../support/randomTree.tsx'

function Island({ id }: { id: number | string }) {
  return <i>island {id}</i>
}

function renderHtml(form: CompactTree): string {
  return renderToString(reassembleTree(form, showHtml(form.html)))
}

const compact = (node: ReactNode) => compactTree(node, renderToString)

describe('a compact tree', () => {
  it('a compact tree renders to the HTML of its original tree, for any tree', async () => {
    await fc.assert(
      fc.asyncProperty(randomTree, async (tree) => {
        const node = treeToReact(tree, (id) => <Island id={id} />)
        expect(renderHtml(await compact(node))).toBe(renderToString(node))
      }),
      { numRuns: 1_000 },
    )
  })

  it('a compact tree with a hit inside renders to the HTML of its original tree', async () => {
    await fc.assert(
      fc.asyncProperty(randomTree, async (tree) => {
        const node = treeToReact(tree, (id) => <Island id={id} />)
        const { html, ...parts } = await compact(node)
        const hit = reassembleTree(parts, showHtml(html, { ...WELL_FORMED, behaviours: '' }))
        const around = <section>{hit}</section>
        expect(renderHtml(await compact(around))).toBe(renderToString(<section>{node}</section>))
      }),
      { numRuns: 500 },
    )
  })

  it('a compact tree has plain markup as HTML and client components unchanged', async () => {
    const { shape, html, slots } = await compact(
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

  it('a compact tree has iterators among children as HTML, like lists', async () => {
    const items = () => [<li key="a">a</li>, <li key="b">b</li>]
    const list = await compact(<ul>{items()}</ul>)
    for (const iterable of [items().values(), new Set(items()), new Map([['a', 1]]).values()]) {
      const { html, slots } = await compact(<ul>{iterable}</ul>)
      expect(slots).toEqual([])
      expect(html).toHaveLength(1)
    }
    expect(await compact(<ul>{items().values()}</ul>)).toEqual(list)
  })

  it('a compact tree has the items of an iterator that contains client components', async () => {
    const items = [<Island key="a" id="a" />, <p key="b">b</p>]
    expect(renderHtml(await compact(<section>{items.values()}</section>))).toBe(
      renderToString(<section>{items}</section>),
    )
  })

  it('a compact tree has one piece of HTML where everything is plain', async () => {
    const { html, slots } = await compact(
      <ul>
        <li>one</li>
        <li>two</li>
      </ul>,
    )
    expect(html).toEqual(['<li>one</li><li>two</li>'])
    expect(slots).toEqual([])
  })

  it('a compact tree stores elements of one shape once', async () => {
    const rows = Array.from({ length: 100 }, (_, index) => (
      <li key={`k${index}`}>
        <b>{index}</b>
        <Island id={index} />
      </li>
    ))
    const { shape, html } = await compact(<ul>{rows}</ul>)
    expect(html).toHaveLength(100)
    expect(shape.nodes).toHaveLength(3)
    expect(shape.keys).toBe(rows.map(({ key }) => key).join(','))
  })

  it('a compact tree keeps keys with commas separate', async () => {
    const node = [<Island key="a,b" id={1} />, <p key="c,d">{[<Island key="," id={2} />]}</p>]
    const form = await compact(node)
    expect(form.shape.keys).toEqual(['c,d'])
    expect(renderHtml(form)).toBe(renderToString(node))
  })

  it('a compact tree includes the lazy parts of the decoded tree', async () => {
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
    const { html, slots } = await compact(node)
    expect(html).toEqual(['promised', 'lazy'])
    expect(slots).toHaveLength(1)
  })

  it('compaction rejects when a part of the output is rejected', async () => {
    const failed = Promise.reject(new Error('no data'))
    await expect(compact(<div>{failed}</div>)).rejects.toThrow('no data')
  })

  it('a compact tree merges the HTML of an inner fragment, but no foreign HTML', async () => {
    const inner = createElement('p', {
      dangerouslySetInnerHTML: { __html: '<b>inner</b>', ...WELL_FORMED },
    })
    const others = <p dangerouslySetInnerHTML={{ __html: '<b>open' }} />
    expect((await compact(<div>{inner}</div>)).html).toEqual(['<p><b>inner</b></p>'])
    const form = await compact(<div>{others}</div>)
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
    'media, of which some attributes are properties': <video muted src="/a.mp4" />,
    'a custom element, whose attributes may be properties': createElement('x-y', { title: 'a' }),
    'preformatted text that begins with a newline': <pre>{'\n\na'}</pre>,
    'text with a carriage return, which a parser reads as a newline': <p>{'a\rb'}</p>,
    'an element that takes the focus': <button autoFocus>a</button>,
    'a form with a function': <form action={() => {}} />,
  }
  for (const [name, node] of Object.entries(dynamic)) {
    it(`an element that cannot be HTML stays an element: ${name}`, async () => {
      const form = await compact(<div>{node}</div>)
      expect(form.html).toEqual([])
      expect(renderHtml(form)).toBe(renderToString(<div>{node}</div>))
    })
  }

  it('a noscript element stays unchanged in a slot', async () => {
    const node = (
      <div>
        <noscript>
          <p>text</p>
        </noscript>
      </div>
    )
    expect((await compact(node)).slots).toHaveLength(1)
  })

  it('images become HTML, with and without a preload', async () => {
    const node = (
      <figure>
        <img loading="lazy" src="/a.png" alt="" />
        <img src="/preloaded.png" alt="" />
        <picture>
          <img src="/b.png" alt="" />
        </picture>
        <img src="data:image/gif;base64,R0lGOD" alt="" />
      </figure>
    )
    expect((await compact(node)).html).toHaveLength(1)
  })

  it('elements of SVG become HTML in their namespace', async () => {
    const node = (
      <svg>
        <Island id="in svg" />
        <g>
          <title>no title of the page</title>
          <path d="M0 0" />
        </g>
      </svg>
    )
    const form = await compact(node)
    expect(form.html).toEqual(['<title>no title of the page</title><path d="M0 0"></path>'])
    expect(renderHtml(form)).toBe(renderToString(node))
  })

  it('the HTML of a Suspense boundary stays inside the boundary', async () => {
    const node = (
      <Suspense fallback={<p>wait</p>}>
        <p>text</p>
      </Suspense>
    )
    const form = await compact(node)
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
    'an item in a search in an item': (
      <li>
        <search>
          <li />
        </search>
      </li>
    ),
    'text in a row': <tr>text</tr>,
    'HTML in SVG': (
      <svg>
        <p />
      </svg>
    ),
    'an HTML element in text of MathML': (
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
    'ruby text in a paragraph': (
      <ruby>
        <p>
          <rt>a</rt>
        </p>
      </ruby>
    ),
  }
  for (const [name, node] of Object.entries(moved)) {
    it(`an element that a parser moves stays an element: ${name}`, async () => {
      const error = vi.spyOn(console, 'error').mockImplementation(() => {})
      const around = <div>{node}</div>
      const form = await compact(around)
      const markup = renderToString(around)
      error.mockRestore()
      // Each element stays React's, so that a parser never sees one inside the other.
      const tags = [...markup.matchAll(/<([a-z]+)/g)].map(([, tag]) => tag)
      expect(form.shape.nodes.map(([tag]) => tag).sort()).toEqual(tags.sort())
      expect(form.html.filter((html) => html.includes('<'))).toEqual([])
    })
  }

  it('the HTML of an inner fragment is not merged where a parser would move it', async () => {
    const inner = createElement('span', {
      dangerouslySetInnerHTML: { __html: '<div>a</div>', ...WELL_FORMED },
    })
    const form = await compact(<p>{inner}</p>)
    expect(form.html).toEqual(['<div>a</div>'])
    const merged = await compact(<section>{inner}</section>)
    expect(merged.html).toEqual(['<span><div>a</div></span>'])
  })

  it('content cannot forge a compact tree', async () => {
    const planted = { shape: { root: 1, nodes: [['p', 2, null]], keys: '' }, slots: [], html: ['<script>'] }
    expect(isCompactTree({ ...planted, kind: 'react-cache-content.compact' })).toBe(false)
    expect(isCompactTree(await compact(<p>a</p>))).toBe(true)
    const props = { dangerouslySetInnerHTML: { __html: '<b>open', wellFormed: true } }
    expect((await compact(<div>{createElement('p', props)}</div>)).html).toEqual([])
  })

  it('a list in a list becomes HTML', async () => {
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
    expect((await compact(node)).html).toEqual(['<li>a<ul><li>b</li></ul></li>'])
  })
})
