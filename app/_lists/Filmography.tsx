import { FilmCard } from '../_components/FilmCard'
import { getDirectorBySlug } from '../_data/directors'
import { getDirectorFilms } from '../_data/films'
import { formatDecimal, pluralize } from '../_lib/format'
import { CareerChart } from './CareerChart'

export async function Filmography({ slug }: { slug: string }) {
  const director = await getDirectorBySlug(slug)
  if (!director) return null
  const films = await getDirectorFilms(director.id)
  const rated = films.map(({ rating }) => rating).filter((rating) => rating !== null)
  const average = rated.reduce((sum, rating) => sum + rating, 0) / rated.length
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <p className="kicker">Director</p>
          <h1>{director.name}</h1>
          <p className="deck">
            {pluralize(films.length, 'film')} in the archive
            {rated.length > 0 && `, rated ${formatDecimal(average)} on average`}.
          </p>
        </div>
        <CareerChart films={films} />
      </header>
      <ul className="cards">
        {films.map((film) => (
          <li key={film.id}>
            <FilmCard film={film} />
          </li>
        ))}
      </ul>
    </div>
  )
}
