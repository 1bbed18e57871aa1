import type { ReactNode } from 'react'
import { CacheContent } from 'react-cache-content/next'

/**
 * - `plain`: the page without the library
 * - `stored`: one fragment around the page, which is not compacted
 * - `cached`: one fragment around the page
 * - `apart`: several fragments in the page
 */
export type Mode = 'plain' | 'stored' | 'cached' | 'apart'

export interface FragmentProps {
  readonly mode: Mode
  readonly name: string
  readonly children: ReactNode
}

export function Fragment({ mode, name, children }: FragmentProps) {
  if (mode === 'plain') return children
  return (
    <CacheContent name={name} vary={[mode]} compact={mode !== 'stored'}>
      {children}
    </CacheContent>
  )
}
