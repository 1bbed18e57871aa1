import fc from 'fast-check'
import { Activity, createElement, type ReactNode, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkRenders } from '../../../lib/react/compaction/checkRenders.ts'
import { reassembleTree } from '../../../lib/react/compaction/reassembleTree.ts'
import { compactTree, showHtml } from '../../support/compactTree.ts'
import { oddToReact, oddTree } from '../../support/oddTree.tsx'
import { resolveLazyTree } from '../../support/resolveLazyTree.ts'

// In development React prints warnings about odd trees.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

function Island(_: { children?: ReactNode; data?: unknown }) {
  return <i>island</i>
}

const h = createElement as (type: unknown, props?: object | null, ...children: unknown[]) => ReactNode

/** Returns the HTML of the compact tree, or rejects if it cannot be rendered. */
async function renderCompact(node: ReactNode) {
  const form = await compactTree(node, renderToString)
  return renderToString(reassembleTree(form, showHtml(form.html)))
}

function attempt<T>(task: () => T): T | undefined {
  try {
    return task()
  } catch {
    return undefined
  }
}

describe('a compact tree', () => {
  it.each<[string, ReactNode]>([
    ['a text area in SVG', h('svg', null, h('textarea', null, 'x'), <Island />)],
    ['a text area in MathML', h('math', null, h('textarea', null, 'x'), <Island />)],
    ['a select in SVG', h('svg', null, h('select', { defaultValue: 5 }, h('option', null, 5)), <Island />)],
    ['a title of several texts in SVG', h('svg', null, h('title', null, 'a', 'b'), <Island />)],
    ['a script that is a number', h('div', null, h('script', null, 5), <Island />)],
    ['a script that is a list', h('div', null, h('script', null, ['a']), <Island />)],
    ['a style that is a number', h('div', null, h('style', null, 5), <Island />)],
    ['a style of two texts', h('div', null, h('style', null, 'a', 'b'), <Island />)],
    ['a title that is a list', h('div', null, h('title', null, ['a']), <Island />)],
    ['a text area of one child', h('div', null, h('textarea', null, [5]), <Island />)],
    ['a select of numbers', h('select', { defaultValue: 5 }, h('option', null, 5), h('option', null, 6))],
    [
      'a select of lists',
      h('select', { defaultValue: '56' }, h('option', null, 5, 6), h('option', null, [5])),
    ],
    ['a number in preformatted text', h('pre', null, 5, <Island />)],
  ])('a compact tree renders to the HTML of its original tree: %s', async (_, node) => {
    expect(await renderCompact(node)).toBe(renderToString(node))
  })

  it('a compact tree of any odd tree renders to the same HTML, or is refused', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(oddTree, async (odd) => {
        const node = oddToReact(odd, () => <Island />)
        const html = await renderCompact(node).catch(() => undefined)
        const original = attempt(() => renderToString(node))
        if (html === undefined || original === undefined) return
        compared++
        expect(html).toBe(original)
      }),
      { numRuns: 500 },
    )
    expect(compared).toBeGreaterThan(100)
  })
})

describe('a tree that React cannot render', () => {
  const unrenderable: Record<string, ReactNode> = {
    'a void element with text': h('p', null, h('br', null, 'a')),
    'a void element around a client component': h('br', null, <Island />),
    'a style that is a string': h('p', { style: 'color: red' }, 'a'),
    'HTML beside children': h('p', { dangerouslySetInnerHTML: { __html: 'a' } }, 'b'),
    'HTML of a text area': h('textarea', { dangerouslySetInnerHTML: { __html: 'a' } }),
    'an object as a child': h('p', null, { a: 1 }),
    'an invalid tag name': h('a b', null),
    'a mistake in a boundary': h(Suspense, null, h('br', null, 'a')),
    'a mistake in another boundary': h(Activity, null, h('br', null, 'a')),
    'a mistake inside a client component': h(Island, null, h('br', null, 'a')),
    'a mistake beside a client component': h('div', null, <Island />, h('hr', null, 'a')),
    'an async iterable as a child': h('ul', null, {
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true }) }),
    }),
    'a missing property of a client component, inside another one': h(Island, null, {
      ...(<br />),
      type: undefined,
    }),
    'a stylesheet with children': h('link', { rel: 'stylesheet', href: '/a', precedence: 'x' }, 'a'),
    'a mistake in a template': h('template', null, h('br', null, 'a')),
  }
  for (const [name, node] of Object.entries(unrenderable)) {
    it(`a tree that React cannot render is refused: ${name}`, async () => {
      await expect(compactTree(node, renderToString)).rejects.toThrow()
      expect(() => checkRenders(node, renderToString)).toThrow()
    })
  }

  it('a tree is refused exactly when React cannot render it', async () => {
    await fc.assert(
      fc.asyncProperty(oddTree, async (odd) => {
        // Without boundaries, because React catches errors in them.
        const node = oddToReact(removeBoundaries(odd), () => <Island />)
        const renders = attempt(() => renderToString(node)) !== undefined
        const tree = await resolveLazyTree(node)
        expect(attempt(() => checkRenders(tree, renderToString) ?? true) !== undefined).toBe(renders)
      }),
      { numRuns: 500 },
    )
  })
})

it('an iterator beside something pending keeps its items', async () => {
  const pending = new Promise<ReactNode>((resolve) => void setImmediate(() => resolve(<b>later</b>)))
  const items = [<i key="a">a</i>, <i key="b">b</i>].values()
  const tree = await resolveLazyTree(h('ul', null, items, pending))
  expect(renderToString(tree as ReactNode)).toBe('<ul><i>a</i><i>b</i><b>later</b></ul>')
})

describe('a tree with data for client components', () => {
  const renderable: Record<string, ReactNode> = {
    'an object as a child of a client component': h(Island, null, { a: 1 }),
    'a function as a child of a client component': h(Island, null, () => null),
    'a promise as a child of a client component': h(Island, null, new Promise(() => {})),
    'data in props': <Island data={{ a: <br /> }} />,
    'a Server Action': h('form', { action: () => {} }, h('button', { formAction: () => {} }, 'a')),
    'an iterable around client components': h('ul', null, new Set([h(Island, { key: 1 })])),
  }
  for (const [name, node] of Object.entries(renderable)) {
    it(`data for client components is accepted: ${name}`, () => {
      expect(() => checkRenders(node, renderToString)).not.toThrow()
    })
  }
})

function removeBoundaries(odd: typeof oddTree extends fc.Arbitrary<infer T> ? T : never): typeof odd {
  return {
    ...odd,
    tag: odd.tag === 'suspense' ? 'fragment' : odd.tag,
    children: odd.children.map((child) =>
      typeof child === 'object' && child !== null ? removeBoundaries(child) : child,
    ),
  }
}
