import Link from 'next/link'
import { FilmRow } from '../_components/FilmRow'
import { filmsOfDirector } from '../_data/films'

const SHOWN = 5

/** The director's best films; one fragment for the pages of all of them, so it may list the page's own. */
export async function MoreByDirector({ id, name, slug }: { id: number; name: string; slug: string }) {
  const films = await filmsOfDirector(id)
  const best = films.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0)).slice(0, SHOWN)
  return (
    <section aria-labelledby="director-title">
      <h2 id="director-title">
        <Link href={`/directors/${slug}`}>{name}</Link>
      </h2>
      <ul className="rows">
        {best.map((film) => (
          <li key={film.id}>
            <FilmRow film={film} />
          </li>
        ))}
      </ul>
    </section>
  )
}
