import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { CacheContent } from 'react-cache-content/next'
import { filmBySlug } from '../../_data/films'
import { FilmArticle } from '../../_film/FilmArticle'
import { storyOf } from '../../_lib/story'
import { CachePanel } from '../../_panel/CachePanel'

interface Props {
  params: Promise<{ slug: string }>
}

/**
 * No film is rendered by the build; each is on its first visit, and then kept by Next as a static page
 * until an object in it is expired. For that the page reads nothing of the request but its address.
 */
export const generateStaticParams = () => []

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const film = await filmBySlug((await params).slug)
  if (film === null) return { title: 'No such film' }
  return {
    title: film.year === null ? film.title : `${film.title} (${film.year})`,
    description: storyOf(film)[0] ?? film.title,
  }
}

export default async function FilmPage({ params }: Props) {
  const { slug } = await params
  if ((await filmBySlug(slug)) === null) notFound()
  return (
    <>
      <CacheContent name="film/page" vary={[slug]}>
        <FilmArticle slug={slug} />
      </CacheContent>
      <CachePanel prerendered />
    </>
  )
}
