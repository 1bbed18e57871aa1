import { cacheLife } from 'next/cache'
import type { ComponentType } from 'react'
import { CacheContent } from 'react-cache-content/next'
import { Content } from './Content'
import { coldCache } from './coldCache'
import type { FragmentProps } from './FragmentProps'
import type { Mode } from './mode'
import * as withoutCopies from './withoutCopies'

async function UseCache(props: FragmentProps) {
  'use cache'
  cacheLife('max')
  return <Content {...props} />
}

async function UseCacheRemote(props: FragmentProps) {
  'use cache: remote'
  cacheLife('max')
  return <Content {...props} />
}

function createCachedContent(Cache: typeof CacheContent) {
  return (props: FragmentProps) => {
    const { mode, shape, part, id, wait, copy } = props
    return (
      <Cache name={part} vary={[mode, shape, id, wait, copy]}>
        <Content {...props} />
      </Cache>
    )
  }
}

// This must come after the functions, because the compiler turns those with a directive into variables.
const componentByMode: Record<Mode, ComponentType<FragmentProps>> = {
  'no-cache': Content,
  'use-cache': UseCache,
  'use-cache-remote': UseCacheRemote,
  'unstable-cache': Content,
  hit: createCachedContent(CacheContent),
  edit: createCachedContent(CacheContent),
  miss: createCachedContent(coldCache.CacheContent),
  'hit-without-copies': createCachedContent(withoutCopies.CacheContent),
  plain: createCachedContent(CacheContent),
  declared: createCachedContent(CacheContent),
  static: Content,
}

/** The content of a fragment, cached in the given mode. */
export function Fragment(props: FragmentProps) {
  const CachedContent = componentByMode[props.mode]
  return <CachedContent {...props} />
}
