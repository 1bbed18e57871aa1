import fc from 'fast-check'
import { act, type ReactNode, useEffect, useId } from 'react'
import { createRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'
import { reassembleTree } from '../../../lib/react/compaction/reassembleTree.ts'
import { compactTree, showHtml } from '../../support/compactTree.ts'
import { randomTree, treeToReact } from '../../support/randomTree.tsx'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)

describe('a reassembled tree', () => {
  it('no component is mounted again when React gets the reassembled tree', async () => {
    // Some trees are invalid HTML. React's errors about them do not matter here.
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await fc.assert(
      fc.asyncProperty(randomTree, async (tree) => {
        const mounted: number[] = []
        function Island({ id }: { id: number }) {
          useEffect(() => void mounted.push(id), [id])
          return id
        }
        const node = treeToReact(tree, (id) => <Island id={id} />)
        const reassembled = await reassemble(node)
        const root = createRoot(document.createElement('div'))
        const show = (content: ReactNode) => act(() => root.render(<Frame>{content}</Frame>))
        await show(node)
        const before = [...mounted]
        await show(reassembled)
        await show(node)
        expect(mounted).toEqual(before)
        await act(() => root.unmount())
      }),
      { numRuns: 300 },
    )
  })

  it('every component has the same id in a reassembled tree', async () => {
    await fc.assert(
      fc.asyncProperty(randomTree, async (tree) => {
        const ids: string[] = []
        function Island() {
          ids.push(useId())
          return null
        }
        const node = treeToReact(tree, () => <Island />)
        renderToString(<Frame>{node}</Frame>)
        const before = ids.splice(0)
        const reassembled = await reassemble(node)
        // Drops the ids of renders for the HTML of Suspense boundaries.
        ids.splice(0)
        renderToString(<Frame>{reassembled}</Frame>)
        expect(ids).toEqual(before)
      }),
      { numRuns: 500 },
    )
  })
})

async function reassemble(node: ReactNode): Promise<ReactNode> {
  const form = await compactTree(node, renderToString)
  return reassembleTree(form, showHtml(form.html))
}

function Frame({ children }: { children: ReactNode }) {
  return children
}
