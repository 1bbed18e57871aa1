import type { ReactNode } from 'react'
import type { CompactTree } from '../../lib/react/compaction/compactTree.ts'
import { prepareCompactTree } from '../../lib/react/compaction/prepareCompactTree.ts'
import type { RenderHtml } from '../../lib/react/compaction/renderHtml.ts'
import { renderHtmlBatch } from '../../lib/react/compaction/renderHtmlBatch.ts'
import { resolveLazyTree } from './resolveLazyTree.ts'

/** Makes a tree compact. Function components count as client components. */
export async function compactTree(node: ReactNode, renderHtml: RenderHtml): Promise<CompactTree> {
  const prepared = prepareCompactTree((await resolveLazyTree(node)) as ReactNode)
  const [error] = renderHtmlBatch([prepared], renderHtml)
  if (error !== undefined) throw error
  return prepared.tree
}
