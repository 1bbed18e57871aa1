import { getCachedFilm } from '../../../lib/cachedFilm'
import { BUILT_PAGES, getFilmIds } from '../../../lib/films'

export const generateStaticParams = () => BUILT_PAGES.map((page) => ({ page: String(page) }))

/** A route handler whose answer is cached. */
export async function GET(_request: Request, { params }: { params: Promise<{ page: string }> }) {
  const { page } = await params
  return new Response((await Promise.all(getFilmIds(page).map(getCachedFilm))).join(' '))
}
