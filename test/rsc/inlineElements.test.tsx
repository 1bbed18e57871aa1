import { isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import { jsx } from 'react/jsx-runtime'
import { expect, it, vi } from 'vitest'
import { inlineElements } from '../../lib/next/internals/inlineElements.ts'
import { isLazy, readLazy } from '../../lib/react/reactInternals.ts'
import { ClientPart, decodeFlight, encodeFlight } from '../support/realFlight.ts'

// The production build of React, because elements of the development build stay as they are. It has no `jsxDEV`.
vi.hoisted(() => vi.stubEnv('NODE_ENV', 'production'))

const MANY = 300
const parts = Array.from({ length: MANY }, (_, index) =>
  jsx(ClientPart, { children: `text of part ${index}` }, index % 2 === 0 ? `key ${index}` : undefined),
)

async function encode(nodes: readonly ReactNode[]): Promise<string> {
  return new TextDecoder().decode(await encodeFlight(nodes as ReactNode))
}

const countRows = (payload: string) => payload.split('\n').length

it('Flight encodes client components in place, and decodes their elements', async () => {
  const payload = await encode(inlineElements(parts))
  expect(countRows(payload)).toBeLessThan(10)
  const decoded = (await decodeFlight(new TextEncoder().encode(payload))) as ReactElement<{
    children: string
  }>[]
  expect(decoded).toHaveLength(MANY)
  for (const [index, element] of decoded.entries()) {
    expect(isValidElement(element)).toBe(true)
    expect(element.key).toBe(parts[index]?.key)
    expect(element.props.children).toBe(`text of part ${index}`)
    expect(isLazy(element.type) && readLazy(element.type)).toBe(ClientPart)
  }
  // Decoded elements can be encoded again: the type of each is a lazy.
  expect(countRows(await encode(inlineElements(decoded)))).toBeLessThan(10)
})

it('Flight gives a row of its own to each element of a large list otherwise', async () => {
  expect(
    countRows(await encode(parts)),
    'Flight encodes large lists in place: inlineElements is needless.',
  ).toBeGreaterThan(MANY / 2)
})

it('nodes that are no client components stay as they are', () => {
  const nodes = [
    jsx(Suspense, { children: 'text' }),
    jsx('input', { defaultValue: 'text' }),
    'text',
    null,
    Promise.resolve('text') as unknown as ReactNode,
  ]
  expect(inlineElements(nodes)).toEqual(nodes)
})

it('elements with debug information stay as they are', () => {
  const element = { ...jsx(ClientPart, {}), _store: {} } as ReactElement
  expect(inlineElements([element])[0]).toBe(element)
})
