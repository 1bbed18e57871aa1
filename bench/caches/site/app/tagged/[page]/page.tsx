import { getTaggedFilm } from '../../../lib/cachedFilm'
import { BUILT_PAGES, getFilmIds } from '../../../lib/films'

export const generateStaticParams = () => BUILT_PAGES.map((page) => ({ page: String(page) }))

/** A prerendered page of `'use cache'` results with tags. */
export default async function Page({ params }: { params: Promise<{ page: string }> }) {
  const { page } = await params
  return <p>{await Promise.all(getFilmIds(page).map(getTaggedFilm))}</p>
}
