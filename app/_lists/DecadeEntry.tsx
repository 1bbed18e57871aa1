import Link from 'next/link'
import { FilmRow } from '../_components/FilmRow'
import { getChartFilms } from '../_data/charts'
import { getDecadeSummary } from '../_data/decades'
import { createFrontHref } from '../_front/TopList'
import { formatDecimal, formatMoney, pluralize } from '../_lib/format'

export async function DecadeEntry({ decade }: { decade: number }) {
  const [summary, best] = await Promise.all([getDecadeSummary(decade), getChartFilms('rating', decade, 4)])
  if (!summary || summary.count === 0) return null
  return (
    <article className="decade">
      <header>
        <h2>
          <Link href={createFrontHref(decade, 'rating')}>{decade}s</Link>
        </h2>
        <p>
          {pluralize(summary.count, 'film')}
          {summary.genre !== null && `, most often ${summary.genre.toLowerCase()}`}
          {summary.rating !== null && `, rated ${formatDecimal(summary.rating)} on average`}.
          {summary.gross !== null && ` Their total gross is ${formatMoney(summary.gross)}.`}
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
