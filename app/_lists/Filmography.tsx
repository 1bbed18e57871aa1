import { FilmCard } from '../_components/FilmCard'
import { directorBySlug } from '../_data/directors'
import { filmsOfDirector } from '../_data/films'
import { oneDecimal, plural } from '../_lib/format'
import { CareerChart } from './CareerChart'

export async function Filmography({ slug }: { slug: string }) {
  const director = await directorBySlug(slug)
  if (!director) return null
  const films = await filmsOfDirector(director.id)
  const rated = films.map(({ rating }) => rating).filter((rating) => rating !== null)
  const average = rated.reduce((sum, rating) => sum + rating, 0) / rated.length
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <p className="kicker">Director</p>
          <h1>{director.name}</h1>
          <p className="deck">
            {plural(films.length, 'film')} in the archive
            {rated.length > 0 && `, rated ${oneDecimal(average)} on average`}.
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
