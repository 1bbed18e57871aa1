import Link from 'next/link'
import { FilmRow } from '../_components/FilmRow'
import { chartFilms } from '../_data/charts'
import { decadeSummary } from '../_data/decades'
import { frontHref } from '../_front/TopList'
import { money, oneDecimal, plural } from '../_lib/format'

export async function DecadeEntry({ decade }: { decade: number }) {
  const [summary, best] = await Promise.all([decadeSummary(decade), chartFilms('rating', decade, 4)])
  if (!summary || summary.count === 0) return null
  return (
    <article className="decade">
      <header>
        <h2>
          <Link href={frontHref(decade, 'rating')}>{decade}s</Link>
        </h2>
        <p>
          {plural(summary.count, 'film')}
          {summary.genre !== null && `, most of them filed under ${summary.genre.toLowerCase()}`}
          {summary.rating !== null && `, rated ${oneDecimal(summary.rating)} on average`}.
          {summary.gross !== null && ` Together they took ${money(summary.gross)}.`}
        </p>
      </header>
      <ul className="rows">
        {best.map((film) => (
          <li key={film.id}>
            <FilmRow film={film} />
          </li>
        ))}
      </ul>
    </article>
  )
}
