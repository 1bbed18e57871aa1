import Link from 'next/link'
import type { Film } from '../_data/film'
import { bestReturns } from '../_data/films'
import { count, shortMoney } from '../_lib/format'

/** Films that paid back most for each dollar. */
export async function Returns() {
  const films = await bestReturns(6)
  return (
    <section className="returns" aria-labelledby="returns-title">
      <h2 id="returns-title">Pocket money</h2>
      <p className="meta">What came back for every dollar spent</p>
      <ol>
        {films.map((film) => (
          <li key={film.id}>
            <b>{count(timesBudget(film))}×</b>
            <Link href={`/films/${film.slug}`} prefetch={false}>
              {film.title}
            </Link>
            <span className="meta">
              {shortMoney(film.budget ?? 0)} → {shortMoney(film.worldwideGross ?? 0)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

const timesBudget = ({ worldwideGross, budget }: Film) => Math.round((worldwideGross ?? 0) / (budget ?? 1))
