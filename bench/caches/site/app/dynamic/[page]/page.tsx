import { connection } from 'next/server'
import { Suspense } from 'react'
import { getCachedFilm, getTaggedFilm } from '../../../lib/cachedFilm'
import { Films } from '../../../lib/Films'
import { FILMS_PER_PAGE, getFilmIds } from '../../../lib/films'

/** Rendered for each request from fragments and `'use cache'` results. */
async function Body({ params }: { params: Promise<{ page: string }> }) {
  await connection()
  const { page } = await params
  const [first = 0, second = 0] = getFilmIds(page)
  return (
    <>
      <Films first={first} count={FILMS_PER_PAGE} />
      <p>
        {await getCachedFilm(first)} {await getTaggedFilm(second)}
      </p>
    </>
  )
}

export default function Page({ params }: { params: Promise<{ page: string }> }) {
  return (
    <Suspense>
      <Body params={params} />
    </Suspense>
  )
}
