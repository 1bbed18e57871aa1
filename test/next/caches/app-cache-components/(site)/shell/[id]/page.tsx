import { cacheLife, cacheTag } from 'next/cache'
import { connection } from 'next/server'
import { Suspense } from 'react'
import { idPage } from '../../../../site/idPage'
import { showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

async function load(name: string, key: string) {
  'use cache'
  cacheLife('hours')
  cacheTag(key)
  return showCms(name, key)
}

async function Hole({ of: key }: { of: string }) {
  await connection()
  return <p>{await load('hole', key)}</p>
}

/** A prerendered shell with a part that each request renders. */
export default idPage(async (id) => (
  <>
    <p>{await load('shell', `shell/${id}`)}</p>
    <Suspense>
      <Hole of={`shell/${id}`} />
    </Suspense>
  </>
))
