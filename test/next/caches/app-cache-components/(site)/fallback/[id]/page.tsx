import { cacheLife, cacheTag } from 'next/cache'
import { Suspense } from 'react'
import type { IdParams } from '../../../../site/idPage'
import { showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

async function load(key: string) {
  'use cache'
  cacheLife('hours')
  cacheTag(key)
  return showCms('fallback', key)
}

async function Content({ params }: IdParams) {
  return <p>{await load(`fallback/${(await params).id}`)}</p>
}

/** All ids have the shell around their content in common. */
export default function Page({ params }: IdParams) {
  return (
    <Suspense fallback={<p>Loading</p>}>
      <Content params={params} />
    </Suspense>
  )
}
