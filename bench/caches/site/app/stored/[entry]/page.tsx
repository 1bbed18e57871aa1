import { connection } from 'next/server'
import { Suspense } from 'react'
import { getStoredText } from '../../../lib/cachedFilm'

/** Rendered for each request from a `'use cache'` result of its own. */
async function Body({ params }: { params: Promise<{ entry: string }> }) {
  await connection()
  const [author = '', ...texts] = await getStoredText((await params).entry)
  return (
    <p>
      {author} {texts.length}
    </p>
  )
}

export default function Page({ params }: { params: Promise<{ entry: string }> }) {
  return (
    <Suspense>
      <Body params={params} />
    </Suspense>
  )
}
