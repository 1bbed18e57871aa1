import type { ElementType, ReactNode } from 'react'
import { jsx } from 'react/jsx-runtime'
import type { CompactTree } from '../../lib/react/compaction/compactTree.ts'
import type { ConvertMarkup } from '../../lib/react/compaction/convertMarkup.ts'
import { prepareCompactTree } from '../../lib/react/compaction/prepareCompactTree.ts'
import type { MarkedElement } from '../../lib/react/compaction/reassembleTree.ts'
import type { RenderHtml } from '../../lib/react/compaction/renderHtml.ts'
import { renderHtmlBatch } from '../../lib/react/compaction/renderHtmlBatch.ts'
import { resolveLazyTree } from './resolveLazyTree.ts'

/** Makes a tree compact. Function components count as client components. */
export async function compactTree(
  node: ReactNode,
  renderHtml: RenderHtml,
  convert?: ConvertMarkup,
): Promise<CompactTree> {
  const prepared = prepareCompactTree((await resolveLazyTree(node)) as ReactNode, convert && { convert })
  const [error] = renderHtmlBatch([prepared], renderHtml)
  if (error !== undefined) throw error
  return prepared.tree
}

/** Returns a function for `reassembleTree` that shows HTML as React's own prop. */
export function showHtml(html: readonly string[], htmlProps?: object) {
  return ({ htmlIndex, tag, props, key }: MarkedElement): ReactNode =>
    jsx(
      tag as ElementType,
      { ...props, dangerouslySetInnerHTML: { __html: html[htmlIndex ?? 0] ?? '', ...htmlProps } },
      key,
    )
}
