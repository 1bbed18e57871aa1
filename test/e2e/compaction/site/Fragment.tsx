import type { ReactNode } from 'react'
import { CacheContent } from 'react-cache-content/next'

/**
 * `plain` is the page as it would be without the library; `stored` is a fragment that is not made compact.
 * With `cached` one fragment is around a page, with `apart` there are several in it.
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
