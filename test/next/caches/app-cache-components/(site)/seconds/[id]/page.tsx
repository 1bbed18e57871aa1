import { cacheLife, cacheTag } from 'next/cache'
import { Suspense } from 'react'
import { idPage } from '../../../../site/idPage'
import { showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

async function load(key: string) {
  'use cache'
  cacheLife({ stale: 60, revalidate: 120, expire: 240 })
  cacheTag(key)
  return showCms('seconds', key)
}

async function Content({ of: key }: { of: string }) {
  return <p>{await load(key)}</p>
}

/** Next prerenders nothing that lives less than five minutes. */
export default idPage((id) => (
  <Suspense>
    <Content of={`seconds/${id}`} />
  </Suspense>
))
