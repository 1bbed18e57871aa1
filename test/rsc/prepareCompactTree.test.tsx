import type { FC, ReactNode } from 'react'
import { beforeAll, describe, expect, it } from 'vitest'
import type { CompactTree } from '../../lib/react/compaction/compactTree.ts'
import { prepareCompactTree } from '../../lib/react/compaction/prepareCompactTree.ts'
import { renameLiveTree } from '../../lib/react/ids/renameLiveTree.ts'
import { createNestedFragment } from '../../lib/react/render/nestedFragment.ts'
import { renderTree } from '../../lib/react/render/renderTree.ts'
import { toClientTree } from '../../lib/react/render/toClientTree.ts'
import { ClientPart, encodeFlight } from '../support/realFlight.ts'

beforeAll(() => encodeFlight(<p>text</p>))

/** React refuses children in this element. */
const VoidElement = 'br' as unknown as FC<{ children: string }>

const Client = ClientPart as FC<{ children?: ReactNode }>

async function prepare(node: ReactNode) {
  const render = renderTree(node, {
    getIdPrefix: () => '',
    onError: (error) => {
      throw error
    },
  })
  await render.complete.promise
  return prepareCompactTree(toClientTree(render.live, { embedsTrees: true }))
}

describe('a nested fragment inside of a client component', () => {
  const nest = (live: ReactNode, tree?: CompactTree) =>
    createNestedFragment({
      content: { live, getCompactTree: () => tree, mayHaveIds: () => false },
      rename: (token) => token,
      renameTree: renameLiveTree,
    })

  it('a nested fragment in a client component is checked like other content of it', async () => {
    const Nested = () => nest(<VoidElement>text</VoidElement>)
    const { samples } = await prepare(
      <Client>
        <Nested />
      </Client>,
    )
    expect(samples).toMatchObject([{ type: 'br' }])
  })

  it('a nested fragment that is complete is not checked again', async () => {
    const { tree, finish, parts } = await prepare(<b>text</b>)
    finish(parts.map(() => ({ texts: ['<b>text</b>'], trees: [] })))
    const Nested = () => nest(<b>text</b>, tree)
    const { samples } = await prepare(
      <Client>
        <Nested />
      </Client>,
    )
    expect(samples).toEqual([])
  })
})

it('a shape has copies of the styles of its elements', async () => {
  const style = { color: 'red' }
  const { tree } = await prepare(
    <section style={style}>
      <Client />
    </section>,
  )
  style.color = 'green'
  expect(tree.shape.nodes).toMatchObject([['section', 0, { style: { color: 'red' } }, 0]])
})
