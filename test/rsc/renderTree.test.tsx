import fc from 'fast-check'
import {
  createElement,
  type FC,
  Fragment,
  forwardRef,
  isValidElement,
  lazy,
  memo,
  type ReactElement,
  type ReactNode,
  Suspense,
} from 'react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { awaitLazy, isClientReference, isLazy, isThenable } from '../../lib/react/reactInternals.ts'
import { renderTree } from '../../lib/react/render/renderTree.ts'
import { toClientTree } from '../../lib/react/render/toClientTree.ts'
import { isFuzzing } from '../support/propertySeed.ts'
import { ClientPart, decodeFlight, encodeFlight } from '../support/realFlight.ts'

interface Described {
  readonly kind: 'text' | 'empty' | 'host' | 'list' | 'fragment' | 'client' | 'suspense' | Wrapper
  readonly key: string | null
  readonly text: string
  readonly children: readonly Described[]
}

const wrappers = ['sync', 'async', 'memo', 'forwardRef', 'lazy', 'promise', 'generator'] as const
type Wrapper = (typeof wrappers)[number]

const kinds = ['text', 'empty', 'host', 'list', 'fragment', 'client', 'suspense', ...wrappers] as const

function describedTrees(depth: number): fc.Arbitrary<Described> {
  return fc.record({
    kind: fc.constantFrom(...kinds),
    key: fc.option(fc.constantFrom('a', 'b', 'c,d')),
    text: fc.constantFrom('x', '', '$y', '\n'),
    children: depth === 0 ? fc.constant([]) : fc.array(describedTrees(depth - 1), { maxLength: 3 }),
  })
}

const described = describedTrees(5)

/** Creates a tree in which each component is new, so that nothing is shared by identity. */
function create({ kind, key, text, children }: Described): ReactNode {
  const props = key === null ? {} : { key }
  const content = () => {
    const nodes = children.map(create)
    return nodes.length === 1 ? nodes[0] : nodes
  }
  switch (kind) {
    case 'text':
      return text
    case 'empty':
      return null
    case 'host':
      return createElement('div', props, ...children.map(create))
    case 'list':
      return children.map(create)
    case 'fragment':
      return createElement(Fragment, props, ...children.map(create))
    case 'client':
      return createElement(ClientPart, props, ...children.map(create))
    case 'suspense':
      return createElement(Suspense, { ...props, fallback: 'wait' }, ...children.map(create))
    case 'sync':
      return createElement(content as FC, props)
    case 'async':
      return createElement((async () => content()) as FC, props)
    case 'memo':
      return createElement(memo((() => content()) as FC), props)
    case 'forwardRef':
      return createElement(forwardRef(content as never), props)
    case 'lazy':
      return createElement(
        lazy(async () => ({ default: () => content() })),
        props,
      )
    case 'promise':
      return Promise.resolve().then(content) as unknown as ReactNode
    case 'generator':
      return createElement(
        function* () {
          yield* children.map(create)
        } as never,
        props,
      )
  }
}

/** Describes a tree as React sees it. Lazy nodes and promises are transparent to it. */
async function describeTree(node: unknown): Promise<unknown> {
  if (isLazy(node)) return describeTree(await awaitLazy(node))
  if (isThenable(node)) return describeTree(await node)
  if (Array.isArray(node)) return Promise.all(node.map(describeTree))
  if (!isValidElement<Record<string, unknown>>(node)) return node ?? null
  const type = isLazy(node.type) ? await awaitLazy(node.type as never) : node.type
  const { children, ...props } = node.props
  return {
    type: isClientReference(type) ? 'client' : type,
    key: node.key,
    props,
    children: await describeTree(children),
  }
}

// React warns about missing keys, which are a part of the test.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))

describe('a rendered tree', () => {
  it("a tree has the elements, keys and lists that React's Flight decodes", async () => {
    await fc.assert(
      fc.asyncProperty(described, async (description) => {
        const expected = await decodeFlight(await encodeFlight(<section>{create(description)}</section>))
        const render = renderTree(<section>{create(description)}</section>, {
          getIdPrefix: () => '',
          onError: (error) => {
            throw error
          },
        })
        await render.complete.promise
        const tree = toClientTree(render.live, { embedsTrees: false })
        // Client components get their children from Flight.
        const actual = await decodeFlight(await encodeFlight(tree))
        expect(await describeTree(actual)).toEqual(await describeTree(expected))
      }),
      { numRuns: isFuzzing ? 2_000 : 150 },
    )
  })

  it('a tree has the same elements when Flight reads it during its render', async () => {
    await fc.assert(
      fc.asyncProperty(described, async (description) => {
        const expected = await decodeFlight(await encodeFlight(<section>{create(description)}</section>))
        const { live } = renderTree(<section>{create(description)}</section>, {
          getIdPrefix: () => '',
          onError: () => {},
        })
        expect(await describeTree(await decodeFlight(await encodeFlight(live)))).toEqual(
          await describeTree(expected),
        )
      }),
      { numRuns: isFuzzing ? 2_000 : 150 },
    )
  })
})

it('an element that a component returns needs no key beside other nodes', async () => {
  const Component = () => <b>text</b>
  const render = renderTree(
    <p>
      text <Component />
    </p>,
    { getIdPrefix: () => '', onError: vi.fn() },
  )
  await render.complete.promise
  const paragraph = toClientTree(render.live, { embedsTrees: false }) as ReactElement<{
    children: { _store: { validated: number } }[]
  }>
  expect(paragraph.props.children[1]).toMatchObject({ type: 'b' })
  // React sets it for the output of a component, and warns of a missing key without it.
  expect(paragraph.props.children[1]?._store.validated).toBe(1)
})
