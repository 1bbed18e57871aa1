import { cache, type ReactNode } from 'react'
import { counts } from '../../site/lib/counts'

// Replaces `react-cache-content/next` in the build without the library: a fragment is its children.

export function CacheContent({ children }: { children: ReactNode }): ReactNode {
  counts.rendered++
  return children
}

export const RegisterContent = () => null
export const registerContent = () => {}
/** A site without the library loads an object once per request in this way. */
export const requestMemo = cache
export const onCacheEvent = () => {}
