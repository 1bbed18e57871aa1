import Link from 'next/link'
import { FilmCard } from '../_components/FilmCard'
import { getGenreFilms, getGenreSummary, PAGE_SIZE, SORTS, type Sort } from '../_data/genres'
import { getGenreSlug } from '../_data/vocabulary'
import { createHref } from '../_lib/params'

interface Props {
  genre: string
  sort: Sort
  page: number
}

export async function GenreList({ genre, sort, page }: Props) {
  const [films, { count }] = await Promise.all([getGenreFilms(genre, sort, page), getGenreSummary(genre)])
  const pages = Math.max(1, Math.ceil(count / PAGE_SIZE))
  const createPageHref = (sort: Sort, page: number) =>
    createHref(`/genres/${getGenreSlug(genre)}`, {
      sort: sort === 'rating' ? null : sort,
      page: page === 1 ? null : page,
    })
  return (
    <>
      <nav className="tabs" aria-label="Order">
        {(Object.keys(SORTS) as Sort[]).map((name) => (
          <Link key={name} href={createPageHref(name, 1)} aria-current={name === sort ? 'true' : undefined}>
            {SORTS[name].label}
          </Link>
        ))}
      </nav>
      {films.length === 0 && <p className="empty">This genre ends on page {pages}.</p>}
      <ul className="cards">
        {films.map((film) => (
          <li key={film.id}>
            <FilmCard film={film} />
          </li>
        ))}
      </ul>
      <nav className="pager" aria-label="Pages">
        {page > 1 && (
          <Link href={createPageHref(sort, Math.min(page - 1, pages))} rel="prev">
            ← Previous
          </Link>
        )}
        <span>
          {page} of {pages}
        </span>
        {page < pages && (
          <Link href={createPageHref(sort, page + 1)} rel="next">
            Next →
          </Link>
        )}
      </nav>
    </>
  )
}
