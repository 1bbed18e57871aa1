import { cacheLife } from 'next/cache'
import type { ComponentType } from 'react'
import { CacheContent } from 'react-cache-content/next'
import { Content } from './Content'
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

function keeper(Keep: typeof CacheContent) {
  return (props: FragmentProps) => {
    const { shape, part, id, wait, load } = props
    return (
      <Keep name={part} vary={[shape, id, wait, load]}>
        <Content {...props} />
      </Keep>
    )
  }
}

// Below the functions: the compiler makes variables of those with a directive.
const keepers: Record<Mode, ComponentType<FragmentProps>> = {
  'no-cache': Content,
  'use-cache': UseCache,
  'use-cache-remote': UseCacheRemote,
  'unstable-cache': Content,
  hit: keeper(CacheContent),
  miss: keeper(CacheContent),
  'hit-without-copies': keeper(withoutCopies.CacheContent),
  static: Content,
}

/** One and the same content, kept by what the mode names. */
export function Fragment(props: FragmentProps) {
  const Keeper = keepers[props.mode]
  return <Keeper {...props} />
}
