import Link from 'next/link'
import { CacheContent, RegisterContent } from 'react-cache-content/next'
import type { Film } from '../_data/film'
import { formatShortMoney } from '../_lib/format'
import { Poster } from '../_poster/Poster'
import { WatchButton } from '../_watchlist/WatchButton'
import { RatingBar } from './RatingBar'

/**
 * A film in a list. Each row is a fragment, which all lists that show the film share. When a film is edited,
 * only its row and the lists around it render again. The other rows are hits.
 */
export function FilmRow({ film, measure = 'rating' }: { film: Film; measure?: 'rating' | 'gross' }) {
  return (
    <CacheContent name="film/row" vary={[film.id, measure]}>
      <RegisterContent obj={film} />
      <article className="film-row">
        <Poster film={film} size="thumb" />
        <div className="film-row-text">
          <h3>
            <Link href={`/films/${film.slug}`} prefetch={false}>
              {film.title}
            </Link>
          </h3>
          <p className="meta">{[film.year, film.genre, film.director].filter(Boolean).join(' · ')}</p>
        </div>
        {measure === 'rating' ? <RatingBar rating={film.rating} /> : <Gross dollars={film.worldwideGross} />}
        <WatchButton id={film.id} slug={film.slug} title={film.title} />
      </article>
    </CacheContent>
  )
}

function Gross({ dollars }: { dollars: number | null }) {
  return (
    <span className="rating">
      <b>{dollars === null ? 'unknown' : formatShortMoney(dollars)}</b>
    </span>
  )
}
