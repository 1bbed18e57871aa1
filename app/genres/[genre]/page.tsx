import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { CacheContent } from 'react-cache-content/next'
import { SORTS, type Sort } from '../../_data/genres'
import { genreOfSlug } from '../../_data/vocabulary'
import { choice, pageNumber, type SearchParams } from '../../_lib/params'
import { GenreHead } from '../../_lists/GenreHead'
import { GenreList } from '../../_lists/GenreList'
import { CachePanel } from '../../_panel/CachePanel'

/** Bounds what a visitor can ask for, and with it how many copies the cache may be made to hold. */
const MAX_PAGE = 50

interface Props {
  params: Promise<{ genre: string }>
  searchParams: SearchParams
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: genreOfSlug((await params).genre) ?? 'No such genre' }
}

export default async function GenrePage({ params, searchParams }: Props) {
  const genre = genreOfSlug((await params).genre)
  if (genre === undefined) notFound()
  const query = await searchParams
  const sort = choice(query.sort, Object.keys(SORTS) as Sort[], 'rating')
  const page = pageNumber(query.page, MAX_PAGE)
  return (
    <>
      <CacheContent name="genre/page" vary={{ genre, sort, page }}>
        <div className="page">
          <CacheContent name="genre/head" vary={[genre]}>
            <GenreHead genre={genre} />
          </CacheContent>
          <GenreList genre={genre} sort={sort} page={page} />
        </div>
      </CacheContent>
      <CachePanel />
    </>
  )
}
