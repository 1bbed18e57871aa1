import Link from 'next/link'
import { FilmRow } from '../_components/FilmRow'
import { CHARTS, type Chart, getChartFilms } from '../_data/charts'
import { DECADES } from '../_data/vocabulary'
import { createHref } from '../_lib/params'

/** The chart from number two on. Its number one is the lead story. */
export async function TopList({ decade, chart }: { decade: number | null; chart: Chart }) {
  const films = (await getChartFilms(chart, decade, 11)).slice(1)
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
              href={createFrontHref(decade, name)}
              scroll={false}
              aria-current={name === chart ? 'true' : undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
        <nav className="chips" aria-label="Decade">
          {[null, ...DECADES].map((option) => (
            <Link
              key={option}
              href={createFrontHref(option, chart)}
              scroll={false}
              aria-current={option === decade ? 'true' : undefined}
            >
              {option === null ? 'All' : `${option}s`}
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

export function createFrontHref(decade: number | null, chart: Chart): string {
  return createHref('/', { decade, chart: chart === 'rating' ? null : chart })
}
