import Link from 'next/link'
import { FilmRow } from '../_components/FilmRow'
import { bestOfDirector } from '../_data/films'

/** The director's best films; one fragment for the pages of all of them, so it may list the page's own. */
export async function MoreByDirector({ id, name, slug }: { id: number; name: string; slug: string }) {
  const films = await bestOfDirector(id, 5)
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
