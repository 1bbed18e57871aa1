import Link from 'next/link'
import type { Film } from '../_data/film'
import { getBestReturns } from '../_data/films'
import { formatCount, formatShortMoney } from '../_lib/format'

/** The films with the highest gross per dollar of budget. */
export async function Returns() {
  const films = await getBestReturns(6)
  return (
    <section className="returns" aria-labelledby="returns-title">
      <h2 id="returns-title">Best returns</h2>
      <p className="meta">Gross per dollar of budget</p>
      <ol>
        {films.map((film) => (
          <li key={film.id}>
            <b>{formatCount(getReturn(film))}×</b>
            <Link href={`/films/${film.slug}`} prefetch={false}>
              {film.title}
            </Link>
            <span className="meta">
              {formatShortMoney(film.budget ?? 0)} → {formatShortMoney(film.worldwideGross ?? 0)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

const getReturn = ({ worldwideGross, budget }: Film) => Math.round((worldwideGross ?? 0) / (budget ?? 1))
