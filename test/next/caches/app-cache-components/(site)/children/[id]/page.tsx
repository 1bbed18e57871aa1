import { cacheLife, cacheTag } from 'next/cache'
import type { ReactNode } from 'react'
import { idPage } from '../../../../site/idPage'
import { show, showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

async function Frame({ of: key, children }: { of: string; children: ReactNode }) {
  'use cache'
  cacheLife('hours')
  cacheTag(`frame:${key}`)
  return (
    <section>
      {show('frame', '-')}
      {children}
    </section>
  )
}

async function Child({ of: key }: { of: string }) {
  'use cache'
  cacheLife('hours')
  cacheTag(key)
  return <p>{await showCms('child', key)}</p>
}

/** The frame is cached without its children. */
export default idPage((id) => (
  <Frame of={`children/${id}`}>
    <Child of={`children/${id}`} />
  </Frame>
))
