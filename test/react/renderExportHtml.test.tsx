import fc from 'fast-check'
import { Activity, createElement as h, type ReactElement, type ReactNode, Suspense } from 'react'
import { renderToStaticMarkup, renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import { isContentCacheError } from '../../lib/core/errors.ts'
import type { ConvertMarkup } from '../../lib/react/compaction/convertMarkup.ts'
import { WELL_FORMED } from '../../lib/react/compaction/isPlainElement.ts'
import { reassembleTree } from '../../lib/react/compaction/reassembleTree.ts'
import { renderExportHtml } from '../../lib/react/renderExportHtml.ts'
import { compactTree, showHtml } from '../support/compactTree.ts'
import { randomTree, treeToReact } from '../support/randomTree.tsx'
import { resolveLazyTree } from '../support/resolveLazyTree.ts'

const createHtmlProps = (html: string, more = {}) => ({ dangerouslySetInnerHTML: { __html: html, ...more } })
/** Returns the elements that a fragment gets from a hit inside it. */
async function createHit(node: ReactNode): Promise<ReactNode> {
  const form = await compactTree(node, renderToString)
  return reassembleTree(form, showHtml(form.html, { ...WELL_FORMED, behaviours: '' }))
}

const renderExport = async (node: ReactNode) =>
  renderExportHtml('sidebar', (await resolveLazyTree(node)) as ReactNode, renderToStaticMarkup)

let errorSpy: MockInstance<typeof console.error>
beforeEach(() => {
  errorSpy = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  expect(errorSpy.mock.calls).toEqual([])
  errorSpy.mockRestore()
})

describe('the export of a fragment', () => {
  it.each<[string, ReactNode]>([
    ['nothing', null],
    ['text', 'Fish & "chips" <now>'],
    ['texts side by side', h('p', null, 'a', 1, ' ', 'b')],
    [
      'attributes and styles',
      h('a', { href: '/?a=1&b=2', style: { color: 'red', marginTop: 2 }, hidden: true }),
    ],
    ['lists in lists', [h('li', { key: 1 }, 1), [h('li', { key: 2 }, 2), h('li', { key: 3 }, 3)]]],
    ['fields', h('input', { defaultValue: '"', disabled: true })],
    [
      'a select',
      h('select', { defaultValue: 'b' }, h('option', { value: 'a' }), h('option', { value: 'b' })),
    ],
    ['newlines that a parser skips', h('pre', null, '\n\nx')],
    ['an SVG image', h('svg', { viewBox: '0 0 1 1' }, h('title', null, 'of nothing'))],
    ['HTML of the site', h('div', createHtmlProps('<b>a<!-- -->b'))],
    ['unusual characters', '\u2028 🦊 \u0000'],
  ])('the export of %s equals the static markup of React', async (_, node) => {
    expect(await renderExport(node)).toBe(renderToStaticMarkup(node))
  })

  it('a client component is exported as the element that it is converted to', async () => {
    const Link = () => null
    const convert = ({ type, props }: ReactElement<{ children?: ReactNode }>) =>
      type === Link ? h('a', { href: '/' }, props.children) : undefined
    const node = h('p', null, h(Link, null, h('b', null, 'to ', 1)))
    expect(renderExportHtml('sidebar', node, renderToStaticMarkup, convert as ConvertMarkup)).toBe(
      '<p><a href="/"><b>to 1</b></a></p>',
    )
  })

  it('the export contains the items of an iterator', async () => {
    const items = [h('li', { key: 1 }, 1), h('li', { key: 2 }, 2)]
    expect(await renderExport(h('ul', null, items.values()))).toBe('<ul><li>1</li><li>2</li></ul>')
  })

  it('the export is the same where nested fragments were hits', async () => {
    await fc.assert(
      fc.asyncProperty(randomTree, async (tree) => {
        const node = treeToReact(tree, () => null)
        // Inside a <noscript> React writes a <title> in place, and no preloads.
        const html = renderToStaticMarkup(h('noscript', null, node)).slice(10, -11)
        expect(await renderExport(node)).toBe(html)
        const hit = await createHit(node)
        expect(await renderExport(hit)).toBe(html)
        expect(await renderExport(await createHit(h('section', null, hit)))).toBe(
          `<section>${html}</section>`,
        )
      }),
      { numRuns: 500 },
    )
  })

  it('the export has a title, metadata and links in place', async () => {
    const node = (
      <article>
        <title>News</title>
        <meta name="author" content="a" />
        <link rel="canonical" href="/news" />
        <p>text</p>
      </article>
    )
    expect(await renderExport(node)).toBe(
      '<article><title>News</title><meta name="author" content="a"/><link rel="canonical" href="/news"/><p>text</p></article>',
    )
  })

  it('the export has no preloads in front of images', async () => {
    // biome-ignore lint/performance/noImgElement: React preloads this kind of image
    expect(await renderExport(<img src="/a.png" alt="" />)).toBe('<img src="/a.png" alt=""/>')
  })

  it('the export includes late parts, inside and outside of boundaries', async () => {
    const resolveLater = <T,>(value: T) => new Promise<T>((resolve) => setImmediate(() => resolve(value)))
    const node = (
      <ul>
        <Suspense fallback="wait">
          {resolveLater(<li>{['a', resolveLater('b')]}</li>) as unknown as ReactNode}
        </Suspense>
        {resolveLater(<li>c</li>) as unknown as ReactNode}
      </ul>
    )
    expect(await renderExport(node)).toBe('<ul><li>ab</li><li>c</li></ul>')
  })

  it('the export of a nested fragment has no comments between its texts', async () => {
    const inner = <p>{['a', 'b']}</p>
    const content = renderToString(inner).slice('<p>'.length, -'</p>'.length)
    expect(content).toBe('a<!-- -->b')
    const nested = h('p', createHtmlProps(content, WELL_FORMED))
    const inBoundary = h('p', createHtmlProps(content))
    const node = (
      <div>
        {nested}
        <Suspense>{inBoundary}</Suspense>
      </div>
    )
    expect(await renderExport(node)).toBe('<div><p>ab</p><p>ab</p></div>')
  })

  it('the export has unchanged scripts, also in boundaries', async () => {
    const script = h('script', createHtmlProps('"<!-- -->"'))
    expect(await renderExport(<Suspense>{script}</Suspense>)).toBe('<script>"<!-- -->"</script>')
  })
})

describe('a fragment that is not plain HTML', () => {
  function Vote() {
    return null
  }
  const lazy = (load: () => unknown) =>
    ({ $$typeof: Symbol.for('react.lazy'), _payload: null, _init: load }) as unknown as typeof Vote
  const Lazy = lazy(() => Vote)
  const Referred = lazy(() => ({ $$typeof: Symbol.for('react.client.reference'), $$id: 'votes.js#Vote' }))
  const Guarded = lazy(() => {
    throw new Error('no access')
  })

  it.each<[string, ReactNode]>([
    [
      'section > ul > li > (client component Vote)',
      h('section', null, 'a', h('ul', null, h('li', null, h(Vote)))),
    ],
    ['(client component Vote)', h(Vote, { key: 1 })],
    ['p > (client component Vote)', h('p', null, h(Lazy))],
    ['p > (client component Vote)', h('p', null, h(Referred))],
    ['p > (client component)', h('p', null, h(Guarded))],
    ['div > (client component Vote)', h(Suspense, null, h('div', null, h(Vote)))],
    ['div > form > (function in action)', h('div', null, h('form', { action: () => {} }))],
    ['p > (activity)', h('p', null, h(Activity))],
    ['p > (an object that is not an element)', h('p', null, { text: 1 } as unknown as ReactNode)],
  ])('an export is refused with the path of the obstacle: %s', async (path, node) => {
    const error = await renderExport(node).catch((error) => error)
    expect(error).toSatisfy(isContentCacheError)
    expect(error).toMatchObject({ code: 'CC_EXPORT_NOT_PLAIN' })
    expect(error.message).toContain('"sidebar"')
    expect(error.message).toContain(`HTML: ${path}.`)
  })
})
