import { FilmRow } from '../_components/FilmRow'
import { getFilmBySlug, getRelatedFilms } from '../_data/films'

export async function RelatedFilms({ slug }: { slug: string }) {
  const film = await getFilmBySlug(slug)
  const related = film === null ? [] : await getRelatedFilms(film, 5)
  if (film === null || related.length === 0) return null
  return (
    <section aria-labelledby="related-title">
      <h2 id="related-title">Of the same genre, around {film.year}</h2>
      <ul className="rows">
        {related.map((other) => (
          <li key={other.id}>
            <FilmRow film={other} />
          </li>
        ))}
      </ul>
    </section>
  )
}
