import Link from 'next/link'
import { FilmRow } from '../_components/FilmRow'
import { CHARTS, type Chart, chartFilms } from '../_data/charts'
import { DECADES } from '../_data/vocabulary'
import { href } from '../_lib/params'

/** The chart below the lead story, which is its number one. */
export async function TopList({ decade, chart }: { decade: number | null; chart: Chart }) {
  const films = (await chartFilms(chart, decade, 11)).slice(1)
  const charts = Object.entries(CHARTS) as [Chart, (typeof CHARTS)[Chart]][]
  return (
    <section className="top-list" aria-labelledby="top-list-title">
      <header className="section-head">
        <h2 id="top-list-title">
          {CHARTS[chart].label} <span>{decade === null ? 'of all time' : `of the ${decade}s`}</span>
        </h2>
        <nav className="tabs" aria-label="Chart">
          {charts.map(([name, { label }]) => (
            <Link
              key={name}
              href={frontHref(decade, name)}
              scroll={false}
              aria-current={name === chart ? 'true' : undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
        <nav className="chips" aria-label="Decade">
          {[null, ...DECADES].map((choice) => (
            <Link
              key={choice}
              href={frontHref(choice, chart)}
              scroll={false}
              aria-current={choice === decade ? 'true' : undefined}
            >
              {choice === null ? 'All' : `${choice}s`}
            </Link>
          ))}
        </nav>
      </header>
      <ol start={2} className="ranked">
        {films.map((film, index) => (
          <li key={film.id}>
            <span className="rank" aria-hidden="true">
              {index + 2}
            </span>
            <FilmRow film={film} measure={chart} />
          </li>
        ))}
      </ol>
    </section>
  )
}

export function frontHref(decade: number | null, chart: Chart): string {
  return href('/', { decade, chart: chart === 'rating' ? null : chart })
}
