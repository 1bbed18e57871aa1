import { FilmCard } from '../_components/FilmCard'
import { MAX_RESULTS, searchFilms } from '../_data/search'
import { pluralize } from '../_lib/format'

export async function SearchResults({ query }: { query: string }) {
  const films = await searchFilms(query)
  if (films.length === 0) {
    return <p className="empty">No film or director matches. The first letters of each word are enough.</p>
  }
  return (
    <section aria-label="Results">
      <p className="deck">
        {films.length === MAX_RESULTS ? `The first ${MAX_RESULTS} films` : pluralize(films.length, 'film')}{' '}
        for “{query}”
      </p>
      <ul className="cards">
        {films.map((film) => (
          <li key={film.id}>
            <FilmCard film={film} />
          </li>
        ))}
      </ul>
    </section>
  )
}
