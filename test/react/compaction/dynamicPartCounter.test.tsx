import type { ReactNode } from 'react'
import { Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { DynamicPartCounter, getDynamicPartName } from '../../../lib/react/compaction/dynamicPartCounter.ts'
import { compactTree } from '../../support/compactTree.ts'

const getMakeup = async (node: ReactNode) => {
  const { text, dynamicParts, slotHtmlBytes } = await compactTree(node, renderToString)
  return { html: Buffer.byteLength(text) + slotHtmlBytes, dynamicParts }
}

function Island() {
  return <i>island</i>
}

describe('the makeup of a compact fragment', () => {
  it('the makeup counts the bytes of HTML, including those in slots', async () => {
    const node = (
      <section>
        <p>é</p>
        <Island />
        <Suspense>
          <p>four</p>
        </Suspense>
      </section>
    )
    expect((await getMakeup(node)).html).toBe(6)
  })

  it('the makeup names the dynamic parts, the most frequent first', async () => {
    const node = (
      <section>
        <input />
        {[1, 2, 3].map((id) => (
          <li key={id}>
            <Island />
          </li>
        ))}
        <p>plain</p>
      </section>
    )
    expect((await getMakeup(node)).dynamicParts).toEqual([
      { name: 'Island', count: 3 },
      { name: '<input>', count: 1 },
    ])
  })

  it('the makeup names no dynamic part where everything is HTML', async () => {
    expect(await getMakeup(<p>all</p>)).toEqual({ html: '<p>all</p>'.length, dynamicParts: [] })
  })

  it('the makeup names at most ten dynamic parts', () => {
    const counter = new DynamicPartCounter()
    for (let name = 0; name < 1_000; name++) counter.add(`x-${name}`)
    expect(counter.list()).toHaveLength(10)
  })
})

describe('the name of a client component', () => {
  const $$typeof = Symbol.for('react.lazy')
  const createDecoded = (id: string) => ({ $$typeof, _payload: id, _init: ($$id: string) => ({ $$id }) })
  it.each([
    ['[project]/site/Counter.tsx [app-rsc] (client reference proxy)#Counter', 'Counter.tsx#Counter'],
    ['/abs/site/Counter.tsx#Counter', 'Counter.tsx#Counter'],
    ['C:\\site\\Counter.tsx#default', 'Counter.tsx'],
    ['[project]/node_modules/next/dist/client/app-dir/link.js#', 'link.js'],
  ])('a client component in %s is named %s', (id, name) => {
    expect(getDynamicPartName(createDecoded(id))).toBe(name)
  })

  it('a client component that no longer exists gets a general name', () => {
    const gone = { $$typeof, _payload: 1, _init: () => undefined }
    const failed = {
      $$typeof,
      _payload: 1,
      _init() {
        throw new Error('gone')
      },
    }
    for (const type of [gone, failed, null, 1, {}])
      expect(getDynamicPartName(type)).toBe('a client component')
  })
})
