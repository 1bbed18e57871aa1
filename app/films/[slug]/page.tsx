import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { CacheContent } from 'react-cache-content/next'
import { getFilmBySlug } from '../../_data/films'
import { FilmArticle } from '../../_film/FilmArticle'
import { describeFilm } from '../../_lib/describeFilm'
import { CachePanel } from '../../_panel/CachePanel'

interface Props {
  params: Promise<{ slug: string }>
}

/**
 * The build renders no film. Next renders each on its first visit and stores it as a static page until one of
 * its objects is expired. A static page must read nothing from the request except its path.
 */
export const generateStaticParams = () => []

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const film = await getFilmBySlug((await params).slug)
  if (film === null) return { title: 'No such film' }
  return {
    title: film.year === null ? film.title : `${film.title} (${film.year})`,
    description: describeFilm(film)[0] ?? film.title,
  }
}

export default async function FilmPage({ params }: Props) {
  const { slug } = await params
  if ((await getFilmBySlug(slug)) === null) notFound()
  return (
    <>
      <CacheContent name="film/page" vary={[slug]}>
        <FilmArticle slug={slug} />
      </CacheContent>
      <CachePanel prerendered />
    </>
  )
}
