import Link from 'next/link'
import { CacheContent, RegisterContent } from 'react-cache-content/next'
import type { Film } from '../_data/film'
import { Poster } from '../_poster/Poster'
import { WatchButton } from '../_watchlist/WatchButton'
import { RatingBar } from './RatingBar'

/** A film in a grid. Each card is a fragment. */
export function FilmCard({ film }: { film: Film }) {
  return (
    <CacheContent name="film/card" vary={[film.id]}>
      <RegisterContent obj={film} />
      <article className="film-card">
        <Poster film={film} size="card">
          <h3>
            <Link href={`/films/${film.slug}`} prefetch={false}>
              {film.title}
            </Link>
          </h3>
        </Poster>
        <p className="meta">{[film.director, film.genre].filter(Boolean).join(' · ') || film.distributor}</p>
        <RatingBar rating={film.rating} />
        <WatchButton id={film.id} slug={film.slug} title={film.title} />
      </article>
    </CacheContent>
  )
}
