import { connection } from 'next/server'
import { Suspense } from 'react'
import { getCachedText } from '../../../lib/cachedFilm'

/** Rendered for each request from a `'use cache'` result, of which it shows the length. */
async function Body({ params }: { params: Promise<{ size: string }> }) {
  await connection()
  const { size } = await params
  return <p>{(await getCachedText(Number(size))).length}</p>
}

export default function Page({ params }: { params: Promise<{ size: string }> }) {
  return (
    <Suspense>
      <Body params={params} />
    </Suspense>
  )
}
