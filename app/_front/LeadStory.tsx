import Link from 'next/link'
import { Figures } from '../_components/Figures'
import { type Chart, getChartFilms } from '../_data/charts'
import { describeFilm } from '../_lib/describeFilm'
import { Poster } from '../_poster/Poster'
import { WatchButton } from '../_watchlist/WatchButton'

const KICKERS = { rating: 'The best of', gross: 'The biggest of' } as const

/** The first film of the chart, with a description. */
export async function LeadStory({ decade, chart }: { decade: number | null; chart: Chart }) {
  const [film] = await getChartFilms(chart, decade, 1)
  if (!film) return <section className="lead empty">No film of this decade has been rated yet.</section>
  const [firstSentence, ...otherSentences] = describeFilm(film)
  return (
    <section className="lead" aria-labelledby="lead-title">
      <Poster film={film} size="sheet" preload>
        <span aria-hidden="true">{film.title}</span>
      </Poster>
      <div className="lead-text">
        <p className="kicker">
          {KICKERS[chart]} {decade === null ? 'them all' : `the ${decade}s`}
        </p>
        <h1 id="lead-title">
          <Link href={`/films/${film.slug}`}>{film.title}</Link>
        </h1>
        <p className="deck">{firstSentence}</p>
        {otherSentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        <Figures film={film} />
        <p className="lead-links">
          <Link href={`/films/${film.slug}`}>Read on</Link>
          <WatchButton id={film.id} slug={film.slug} title={film.title} />
        </p>
      </div>
    </section>
  )
}
