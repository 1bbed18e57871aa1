import fc from 'fast-check'
import { Activity, createElement as h, type ReactNode, Suspense } from 'react'
import { renderToStaticMarkup, renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import { isContentCacheError } from '../../lib/core/errors.ts'
import { compactTree } from '../../lib/react/compaction/compactTree.ts'
import { WELL_FORMED } from '../../lib/react/compaction/isPlainElement.ts'
import { reassembleTree } from '../../lib/react/compaction/reassembleTree.ts'
import { renderExportHtml } from '../../lib/react/renderExportHtml.ts'
import { randomTree, treeToReact } from '../support/randomTree.tsx'

const holding = (html: string, more = {}) => ({ dangerouslySetInnerHTML: { __html: html, ...more } })
/** What a fragment around gets of a fragment that is a hit. */
async function hitOf(node: ReactNode): Promise<ReactNode> {
  const { form } = await compactTree(node, renderToString)
  return reassembleTree(form, (index) => holding(form.html[index] ?? '', WELL_FORMED))
}

const htmlOf = (node: ReactNode) => renderExportHtml('sidebar', node, renderToStaticMarkup)

let printed: MockInstance<typeof console.error>
beforeEach(() => {
  printed = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  expect(printed.mock.calls).toEqual([])
  printed.mockRestore()
})

describe('the HTML for other programs', () => {
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
      'a choice',
      h('select', { defaultValue: 'b' }, h('option', { value: 'a' }), h('option', { value: 'b' })),
    ],
    ['newlines that a parser eats', h('pre', null, '\n\nx')],
    ['a drawing', h('svg', { viewBox: '0 0 1 1' }, h('title', null, 'of nothing'))],
    ['HTML of its own', h('div', holding('<b>a<!-- -->b'))],
    ['unusual characters', '\u2028 🦊 \u0000'],
  ])('the HTML is what React writes for %s', async (_, node) => {
    expect(await htmlOf(node)).toBe(renderToStaticMarkup(node))
  })

  it('the HTML holds the items of an iterator', async () => {
    const items = [h('li', { key: 1 }, 1), h('li', { key: 2 }, 2)]
    expect(await htmlOf(h('ul', null, items.values()))).toBe('<ul><li>1</li><li>2</li></ul>')
  })

  it('the HTML is the same where fragments inside were hits', async () => {
    await fc.assert(
      fc.asyncProperty(randomTree, async (tree) => {
        const node = treeToReact(tree, () => null)
        // In it React writes a <title> where it stands, and no preloads.
        const html = renderToStaticMarkup(h('noscript', null, node)).slice(10, -11)
        expect(await htmlOf(node)).toBe(html)
        const hit = await hitOf(node)
        expect(await htmlOf(hit)).toBe(html)
        expect(await htmlOf(await hitOf(h('section', null, hit)))).toBe(`<section>${html}</section>`)
      }),
      { numRuns: 500 },
    )
  })

  it('the HTML has a title, metadata and links where they stand', async () => {
    const node = (
      <article>
        <title>News</title>
        <meta name="author" content="a" />
        <link rel="canonical" href="/news" />
        <p>text</p>
      </article>
    )
    expect(await htmlOf(node)).toBe(
      '<article><title>News</title><meta name="author" content="a"/><link rel="canonical" href="/news"/><p>text</p></article>',
    )
  })

  it('the HTML has images without preloads in front of them', async () => {
    // biome-ignore lint/performance/noImgElement: one that React preloads
    expect(await htmlOf(<img src="/a.png" alt="" />)).toBe('<img src="/a.png" alt=""/>')
  })

  it('the HTML has late parts, in boundaries and outside of them', async () => {
    const late = <T,>(value: T) => new Promise<T>((resolve) => setImmediate(() => resolve(value)))
    const node = (
      <ul>
        <Suspense fallback="wait">{late(<li>{['a', late('b')]}</li>) as unknown as ReactNode}</Suspense>
        {late(<li>c</li>) as unknown as ReactNode}
      </ul>
    )
    expect(await htmlOf(node)).toBe('<ul><li>ab</li><li>c</li></ul>')
  })

  it('the HTML has a fragment inside without the comments between its texts', async () => {
    const inner = <p>{['a', 'b']}</p>
    const content = renderToString(inner).slice('<p>'.length, -'</p>'.length)
    expect(content).toBe('a<!-- -->b')
    const made = h('p', holding(content, WELL_FORMED))
    const inBoundary = h('p', holding(content))
    const node = (
      <div>
        {made}
        <Suspense>{inBoundary}</Suspense>
      </div>
    )
    expect(await htmlOf(node)).toBe('<div><p>ab</p><p>ab</p></div>')
  })

  it('the HTML has unchanged scripts, in boundaries too', async () => {
    const script = h('script', holding('"<!-- -->"'))
    expect(await htmlOf(<Suspense>{script}</Suspense>)).toBe('<script>"<!-- -->"</script>')
  })
})

describe('what is more than HTML is refused, with the way to it', () => {
  function Vote() {
    return null
  }
  const lazy = (load: () => unknown) =>
    ({ $$typeof: Symbol.for('react.lazy'), _payload: null, _init: load }) as unknown as typeof Vote
  const Lazy = lazy(() => Vote)
  const Referred = lazy(() => ({ $$typeof: Symbol.for('react.client.reference'), $$id: 'votes.js#Vote' }))
  const Guarded = lazy(() => {
    throw new Error('Nobody looks into it')
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
  ])('%s', async (way, node) => {
    const error = await htmlOf(node).catch((error) => error)
    expect(error).toSatisfy(isContentCacheError)
    expect(error).toMatchObject({ code: 'CC_EXPORT_NOT_PLAIN' })
    expect(error.message).toContain('"sidebar"')
    expect(error.message).toContain(`HTML: ${way}.`)
  })

  it('a part that failed, with why', async () => {
    const cause = new Error('no such story')
    const failing = Promise.reject(cause)
    const error = await htmlOf(<p>{failing as unknown as ReactNode}</p>).catch((error) => error)
    expect(error).toMatchObject({ code: 'CC_EXPORT_NOT_PLAIN', cause })
  })
})
