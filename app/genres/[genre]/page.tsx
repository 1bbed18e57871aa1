import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { CacheContent } from 'react-cache-content/next'
import { SORTS, type Sort } from '../../_data/genres'
import { getGenreBySlug } from '../../_data/vocabulary'
import { parseChoice, parsePageNumber, type SearchParams } from '../../_lib/params'
import { GenreHead } from '../../_lists/GenreHead'
import { GenreList } from '../../_lists/GenreList'
import { CachePanel } from '../../_panel/CachePanel'

/** Limits the number of pages that a visitor can request, and so the number of cache entries. */
const MAX_PAGE = 50

interface Props {
  params: Promise<{ genre: string }>
  searchParams: SearchParams
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: getGenreBySlug((await params).genre) ?? 'No such genre' }
}

export default async function GenrePage({ params, searchParams }: Props) {
  const genre = getGenreBySlug((await params).genre)
  if (genre === undefined) notFound()
  const query = await searchParams
  const sort = parseChoice(query.sort, Object.keys(SORTS) as Sort[], 'rating')
  const page = parsePageNumber(query.page, MAX_PAGE)
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
