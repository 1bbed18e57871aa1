import { Films } from '../../../lib/Films'
import { BUILT_PAGES, FILMS_PER_PAGE } from '../../../lib/films'

export const generateStaticParams = () => BUILT_PAGES.map((page) => ({ page: String(page) }))

/** A prerendered page with fragments. */
export default async function Page({ params }: { params: Promise<{ page: string }> }) {
  const { page } = await params
  return <Films first={Number(page) * FILMS_PER_PAGE} count={FILMS_PER_PAGE} />
}
