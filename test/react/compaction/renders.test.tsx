import fc from 'fast-check'
import { Activity, createElement, type ReactNode, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkRenders } from '../../../lib/react/compaction/checkRenders.ts'
import { compactTree } from '../../../lib/react/compaction/compactTree.ts'
import { reassembleTree } from '../../../lib/react/compaction/reassembleTree.ts'
import { resolveLazyTree } from '../../../lib/react/compaction/resolveLazyTree.ts'
import { oddToReact, oddTree } from '../../support/oddTree.tsx'

// In development React prints what is odd.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

function Island(_: { children?: ReactNode; data?: unknown }) {
  return <i>island</i>
}

const h = createElement as (type: unknown, props?: object | null, ...children: unknown[]) => ReactNode

/** The HTML of the compact form, or the error of the fill. */
async function compacted(node: ReactNode) {
  const { form } = await compactTree(node, renderToString)
  return renderToString(
    reassembleTree(form, (index) => ({ dangerouslySetInnerHTML: { __html: form.html[index] } })),
  )
}

function attempt<T>(task: () => T): T | undefined {
  try {
    return task()
  } catch {
    return undefined
  }
}

describe('the compact form', () => {
  it.each<[string, ReactNode]>([
    ['a text area in SVG', h('svg', null, h('textarea', null, 'x'), <Island />)],
    ['a text area in MathML', h('math', null, h('textarea', null, 'x'), <Island />)],
    ['a choice in SVG', h('svg', null, h('select', { defaultValue: 5 }, h('option', null, 5)), <Island />)],
    ['a title of several texts in SVG', h('svg', null, h('title', null, 'a', 'b'), <Island />)],
    ['a script that is a number', h('div', null, h('script', null, 5), <Island />)],
    ['a script that is a list', h('div', null, h('script', null, ['a']), <Island />)],
    ['a style that is a number', h('div', null, h('style', null, 5), <Island />)],
    ['styles', h('div', null, h('style', null, 'a', 'b'), <Island />)],
    ['a title that is a list', h('div', null, h('title', null, ['a']), <Island />)],
    ['a text area of one child', h('div', null, h('textarea', null, [5]), <Island />)],
    ['a choice of numbers', h('select', { defaultValue: 5 }, h('option', null, 5), h('option', null, 6))],
    [
      'a choice of lists',
      h('select', { defaultValue: '56' }, h('option', null, 5, 6), h('option', null, [5])),
    ],
    ['a number in preformatted text', h('pre', null, 5, <Island />)],
  ])('the compact form is written as React writes %s', async (_, node) => {
    expect(await compacted(node)).toBe(renderToString(node))
  })

  it('the compact form is written as React writes the tree, or does not exist', async () => {
    let written = 0
    await fc.assert(
      fc.asyncProperty(oddTree, async (odd) => {
        const node = oddToReact(odd, () => <Island />)
        const html = await compacted(node).catch(() => undefined)
        const original = attempt(() => renderToString(node))
        if (html === undefined || original === undefined) return
        written++
        expect(html).toBe(original)
      }),
      { numRuns: 500 },
    )
    expect(written).toBeGreaterThan(100)
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
    'a tag that is no name': h('a b', null),
    'a mistake in a boundary': h(Suspense, null, h('br', null, 'a')),
    'a mistake in another boundary': h(Activity, null, h('br', null, 'a')),
    'a mistake inside a client component': h(Island, null, h('br', null, 'a')),
    'a mistake beside a client component': h('div', null, <Island />, h('hr', null, 'a')),
    'an async iterable as a child': h('ul', null, {
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true }) }),
    }),
    'a part that a component does not have, in a client component': h(Island, null, {
      ...(<br />),
      type: undefined,
    }),
    'a stylesheet with children': h('link', { rel: 'stylesheet', href: '/a', precedence: 'x' }, 'a'),
    'a mistake in a template': h('template', null, h('br', null, 'a')),
  }
  for (const [what, node] of Object.entries(unrenderable)) {
    it(`an unrenderable tree is found at the fill: ${what}`, async () => {
      await expect(compactTree(node, renderToString)).rejects.toThrow()
      expect(() => checkRenders(node, renderToString)).toThrow()
    })
  }

  it('an unrenderable tree is found at the fill, and no other is', async () => {
    await fc.assert(
      fc.asyncProperty(oddTree, async (odd) => {
        // Without boundaries, in which React keeps an error to itself.
        const node = oddToReact(withoutBoundaries(odd), () => <Island />)
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
  for (const [what, node] of Object.entries(renderable)) {
    it(`a tree of client components can be rendered: ${what}`, () => {
      expect(() => checkRenders(node, renderToString)).not.toThrow()
    })
  }
})

function withoutBoundaries(odd: typeof oddTree extends fc.Arbitrary<infer T> ? T : never): typeof odd {
  return {
    ...odd,
    tag: odd.tag === 'suspense' ? 'fragment' : odd.tag,
    children: odd.children.map((child) =>
      typeof child === 'object' && child !== null ? withoutBoundaries(child) : child,
    ),
  }
}
