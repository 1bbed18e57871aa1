import Link from 'next/link'
import { FilmRow } from '../_components/FilmRow'
import { getBestDirectorFilms } from '../_data/films'

/** The director's best films. All of the director's film pages share this fragment, so it may list their own film. */
export async function MoreByDirector({ id, name, slug }: { id: number; name: string; slug: string }) {
  const films = await getBestDirectorFilms(id, 5)
  return (
    <section aria-labelledby="director-title">
      <h2 id="director-title">
        <Link href={`/directors/${slug}`}>{name}</Link>
      </h2>
      <ul className="rows">
        {films.map((film) => (
          <li key={film.id}>
            <FilmRow film={film} />
          </li>
        ))}
      </ul>
    </section>
  )
}
