import fc from 'fast-check'
import type { ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { CompactTree } from '../../../lib/react/compaction/compactTree.ts'
import { createEmbeddedTree } from '../../../lib/react/compaction/embeddedTree.ts'
import { hashHtml } from '../../../lib/react/compaction/hashHtml.ts'
import { prepareCompactTree } from '../../../lib/react/compaction/prepareCompactTree.ts'
import { reassembleTree } from '../../../lib/react/compaction/reassembleTree.ts'
import { renderHtmlBatch } from '../../../lib/react/compaction/renderHtmlBatch.ts'
import { toBareElements } from '../../../lib/react/compaction/toBareElements.ts'
import { NO_KEYS } from '../../../lib/react/keyPath.ts'
import { compactTree, showHtml } from '../../support/compactTree.ts'
import { randomTree, treeToReact } from '../../support/randomTree.tsx'

function Island({ id }: { id: number | string }) {
  return <i>island {id}</i>
}

const toReact = (tree: Parameters<typeof treeToReact>[0]) => treeToReact(tree, (id) => <Island id={id} />)
const compact = (node: ReactNode) => compactTree(node, renderToString)

function renderHtml(tree: CompactTree): string {
  return renderToString(reassembleTree(tree, showHtml(tree.html)))
}

/** The node that a fill has in place of a nested fragment. */
function embed(tree: CompactTree, keys = NO_KEYS): ReactNode {
  return tree.hasTextAtRoot ? toBareElements(tree) : createEmbeddedTree(tree, keys)
}

const expectRightHashes = ({ html, htmlHashes }: CompactTree) =>
  expect(htmlHashes).toBe(html.map(hashHtml).join(''))

describe('a compact tree in another one', () => {
  it('an embedded tree without content leaves the texts around it apart, as React does', async () => {
    const empty = await compact(null)
    const around = (inner: ReactNode) => (
      <div>
        <p>Hello {inner} world</p>
      </div>
    )
    expect(renderHtml(await compact(around(embed(empty))))).toBe(renderToString(around(null)))
  })

  it('an embedded tree among its siblings needs no key in development', async () => {
    const errorSpy = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => errorSpy.mockRestore())
    // A list of children, which a fill makes where a fragment was.
    await compact(<div>{['before', embed(await compact(null)), 'after']}</div>)
    expect(errorSpy).not.toHaveBeenCalled()
  })

  it('trees of one copy of this library can be rendered by another copy', async () => {
    const inner = await compact(<b>inner</b>)
    const outer = prepareCompactTree(<p>Hello {embed(inner)}</p>)
    vi.resetModules()
    const other = await import('../../../lib/react/compaction/renderHtmlBatch.ts')
    expect(other.renderHtmlBatch).not.toBe(renderHtmlBatch)
    expect(other.renderHtmlBatch([outer], renderToString)).toEqual([undefined])
    expect(outer.tree.text).toBe('<p>Hello <b>inner</b></p>')
  })

  it('an embedded tree shows the HTML of the original tree, for any tree in any other', async () => {
    const around = fc.constantFrom('section', 'p', 'li', 'a', 'table', 'tr', 'svg', 'pre', 'select')
    await fc.assert(
      fc.asyncProperty(randomTree, around, async (tree, tag) => {
        const Around = tag as 'section'
        const node = toReact(tree)
        const outer = await compact(
          <div>
            before <Around>{embed(await compact(node))}</Around> after
          </div>,
        )
        const original = (
          <div>
            before <Around>{node}</Around> after
          </div>
        )
        expect(renderHtml(outer)).toBe(renderToString(original))
        expectRightHashes(outer)
      }),
      { numRuns: 1_000 },
    )
  })

  it('trees that are embedded three deep are completed by one call of the renderer', async () => {
    await fc.assert(
      fc.asyncProperty(randomTree, async (tree) => {
        const inner = prepareCompactTree(toReact(tree))
        const middle = prepareCompactTree(<li>{embed(inner.tree)}</li>)
        const outer = prepareCompactTree(
          <ul>
            {embed(middle.tree)}
            {embed(middle.tree)}
          </ul>,
        )
        if (inner.tree.hasTextAtRoot) return
        expect(renderHtmlBatch([inner, middle, outer], renderToString)).toEqual([
          undefined,
          undefined,
          undefined,
        ])
        const item = <li>{toReact(tree)}</li>
        expect(renderHtml(outer.tree)).toBe(
          renderToString(
            <ul>
              {item}
              {item}
            </ul>,
          ),
        )
        expectRightHashes(outer.tree)
      }),
      { numRuns: 500 },
    )
  })

  it('a plain tree becomes a part of the HTML around it', async () => {
    const row = await compact(<li className="row">one</li>)
    expect((await compact(<ul>{embed(row)}</ul>)).html).toEqual(['<li class="row">one</li>'])
  })

  it('a tree that a parser would move keeps its elements', async () => {
    const block = await compact(<div>one</div>)
    const { html, shape } = await compact(<p>{embed(block)}</p>)
    expect(html).toEqual(['one'])
    expect(shape.nodes).toEqual([
      ['div', 2, null],
      ['p', 0, null, 1],
    ])
  })

  it('a link inside of a link two fragments up stays where React puts it', async () => {
    const inner = await compact(
      <>
        text
        <p>
          <a href="/a">a</a>
        </p>
      </>,
    )
    const middle = await compact(<div>{embed(inner)}</div>)
    const node = (content: ReactNode) => <a href="/b">{content}</a>
    const outer = await compact(node(embed(middle)))
    // A parser would end the outer link before the inner one.
    expect(outer.shape.nodes).toContainEqual(['a', 0, { href: '/b' }, expect.anything()])
  })

  it('the outermost elements of a tree get the keys of the components around it', async () => {
    const rows = await compact([<li key="x">one</li>, <Island key="y" id={1} />])
    const { shape, slots } = await compact(<ul>{embed(rows, { path: 'a,b', isImplicit: false })}</ul>)
    expect(shape.keys).toEqual(['a,b', 'x'])
    expect(slots).toMatchObject([{ key: 'y' }])
    const island = await compact(<Island key="y" id={1} />)
    expect((await compact(<p>{embed(island, { path: 'a', isImplicit: false })}</p>)).slots).toMatchObject([
      { key: 'a,y' },
    ])
  })

  it('a tree is not compact when a tree inside it is not', () => {
    const broken = prepareCompactTree(<p>text</p>)
    const outer = prepareCompactTree(<div>{embed(broken.tree)}</div>)
    const [error] = renderHtmlBatch([outer], renderToString)
    expect(error).toMatchObject({ code: 'CC_NOT_COMPACTED' })
  })
})
