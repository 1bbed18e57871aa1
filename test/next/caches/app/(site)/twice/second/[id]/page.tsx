import { connection } from 'next/server'
import { Suspense } from 'react'
import { fetchCms } from '../../../../../site/cms'
import type { IdParams } from '../../../../../site/idPage'
import { show } from '../../../../../site/show'

/** The other page fetches the same URL with another tag. Both share one entry. */
export default function Page({ params }: IdParams) {
  return (
    <Suspense>
      <Fetched params={params} />
    </Suspense>
  )
}

async function Fetched({ params }: IdParams) {
  await connection()
  const { id } = await params
  const value = await fetchCms(`twice/${id}`, {
    cache: 'force-cache',
    next: { tags: [`twice/second/${id}`] },
  })
  return <p>{show('second', value)}</p>
}
