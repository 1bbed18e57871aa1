'use client'

import { useRouter } from 'next/navigation.js'
import { type ElementType, type ReactNode, useMemo } from 'react'
import { jsx } from 'react/jsx-runtime'
import type { ElementWithBehavioursProps } from '../../react/compaction/createElements.ts'
import { createBehaviourProps } from './behaviourProps.ts'

/** Shows an element that has behaviours or contains HTML with behaviours, where it is not part of a compact fragment. */
export function ElementWithBehaviours(props: ElementWithBehavioursProps): ReactNode {
  const { tag, attributes, html, behaviours } = props
  const router = useRouter()
  // biome-ignore lint/correctness/useExhaustiveDependencies: other HTML has other elements, whose links must be mounted
  const behaviourProps = useMemo(
    () => createBehaviourProps(behaviours, { router }),
    [html, behaviours, router, attributes?.href],
  )
  return jsx(tag as ElementType, {
    ...attributes,
    ...behaviourProps,
    ...(html !== undefined && { dangerouslySetInnerHTML: { __html: html } }),
  })
}
