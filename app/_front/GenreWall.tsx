import { GENRES } from '../_data/vocabulary'
import { GenreTile } from '../_lists/GenreTile'

export function GenreWall() {
  return (
    <section className="genre-wall" aria-labelledby="genre-wall-title">
      <h2 id="genre-wall-title">Genres</h2>
      <ul>
        {GENRES.map((genre) => (
          <GenreTile key={genre} genre={genre} />
        ))}
      </ul>
    </section>
  )
}
