import fc from 'fast-check'
import { act, type ReactNode, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'
import { assemble } from '../../../lib/react/compaction/assemble.ts'
import { compact } from '../../../lib/react/compaction/compact.ts'
import { randomTree, treeToReact } from '../../support/randomTree.tsx'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)

describe('what is put together again', () => {
  it('is to React the tree from which it was made: no component in it is mounted anew', async () => {
    // What a browser says of trees that no HTML can hold is not at issue here.
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await fc.assert(
      fc.asyncProperty(randomTree, async (tree) => {
        const mounted: number[] = []
        function Island({ id }: { id: number }) {
          useEffect(() => void mounted.push(id), [id])
          return id
        }
        const node = treeToReact(tree, (id) => <Island id={id} />)
        const { form } = await compact(node, renderToString)
        const again = assemble(form, (index) => ({ dangerouslySetInnerHTML: { __html: form.html[index] } }))
        const root = createRoot(document.createElement('div'))
        const show = (content: ReactNode) => act(() => root.render(<Frame>{content}</Frame>))
        await show(node)
        const before = [...mounted]
        await show(again)
        await show(node)
        expect(mounted).toEqual(before)
        await act(() => root.unmount())
      }),
      { numRuns: 300 },
    )
  })
})

function Frame({ children }: { children: ReactNode }) {
  return children
}
