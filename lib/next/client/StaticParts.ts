'use client'

import { useRouter } from 'next/navigation.js'
import { type ReactNode, use, useMemo } from 'react'
import { assemble } from '../../react/compaction/assemble.ts'
import { MARK_LENGTH } from '../../react/compaction/mark.ts'
import type { Shape } from '../../react/compaction/shape.ts'
import { documentHtml } from '../documentHtml.ts'
import { htmlInPage } from './htmlInPage.ts'
import { refreshed } from './refreshed.ts'
import { useIsHydrating } from './useIsHydrating.ts'

export interface StaticPartsProps {
  /** A fragment that is not compact: a miss, as it streams. */
  readonly children?: ReactNode
  readonly shape?: Shape
  readonly holes?: readonly ReactNode[]
  /** What is plain, in the order of the shape. */
  readonly html?: readonly string[] | undefined
  /** In its place, where the server has it for the time of the request and the browser in the page. */
  readonly id?: string | undefined
  readonly marks?: string
}

/**
 * A fragment, compact or not: the one component around both, so that what is inside keeps its state when a
 * fragment that was rendered is a hit the next time.
 */
export function StaticParts({
  children,
  shape,
  holes = [],
  html,
  id,
  marks = '',
}: StaticPartsProps): ReactNode {
  const hydrating = useIsHydrating()
  const router = useRouter()
  const compact = useMemo(() => {
    if (shape === undefined) return undefined
    if (typeof window === 'undefined') {
      const strings = html ?? documentHtml(id)
      return { node: assemble({ shape, holes }, (index) => asHtml(strings[index])), lost: false }
    }
    let lost = false
    const node = assemble({ shape, holes }, (index, tag) => {
      const inPage = htmlInPage(
        tag,
        marks.slice(index * MARK_LENGTH, (index + 1) * MARK_LENGTH),
        html?.[index],
      )
      if (typeof inPage === 'string') return asHtml(inPage)
      // While React hydrates it asks for no HTML; whenever it mounts an element it does.
      if (!hydrating && !inPage.find()) lost = true
      return inPage.props
    })
    return { node, lost }
  }, [shape, holes, html, id, marks, hydrating])
  if (compact?.lost) use(refreshed(router))
  return compact ? compact.node : children
}

function asHtml(__html: string | undefined) {
  return { dangerouslySetInnerHTML: { __html: __html ?? '' } }
}
