import Link from 'next/link'
import { CacheContent } from 'react-cache-content/next'
import { getFilmBySlug } from '../_data/films'
import { getGenreSlug } from '../_data/vocabulary'
import { describeFilm } from '../_lib/describeFilm'
import { Poster } from '../_poster/Poster'
import { WatchButton } from '../_watchlist/WatchButton'
import { FilmFacts } from './FilmFacts'
import { FilmHistory } from './FilmHistory'
import { MoneyChart } from './MoneyChart'
import { MoreByDirector } from './MoreByDirector'
import { RelatedFilms } from './RelatedFilms'
import { Verdicts } from './Verdicts'

/** The page of a film. It loads the film inside its fragment, so that the fragment depends on the film. */
export async function FilmArticle({ slug }: { slug: string }) {
  const film = await getFilmBySlug(slug)
  if (film === null) return null
  return (
    <div className="film">
      <article className="sheet">
        <Poster film={film} size="sheet" preload>
          <span aria-hidden="true">{film.title}</span>
        </Poster>
        <div className="sheet-text">
          <p className="kicker">
            {film.genre === null ? (
              'Film'
            ) : (
              <Link href={`/genres/${getGenreSlug(film.genre)}`}>{film.genre}</Link>
            )}
            {film.year !== null && `, ${film.year}`}
          </p>
          <h1>{film.title}</h1>
          {film.director !== null && (
            <p className="byline">
              by <Link href={`/directors/${film.directorSlug}`}>{film.director}</Link>
            </p>
          )}
          {describeFilm(film).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          <p className="sheet-tools">
            <WatchButton id={film.id} slug={film.slug} title={film.title} />
            <Link className="button" href={`/films/${film.slug}/edit`} prefetch={false}>
              Edit this film
            </Link>
          </p>
        </div>
      </article>
      <div className="film-columns">
        <div>
          <Verdicts film={film} />
          <MoneyChart film={film} />
          <FilmFacts film={film} />
        </div>
        <div>
          {film.directorId !== null && (
            <CacheContent name="film/by-director" vary={[film.directorId]}>
              <MoreByDirector
                id={film.directorId}
                name={film.director ?? ''}
                slug={film.directorSlug ?? ''}
              />
            </CacheContent>
          )}
          <CacheContent name="film/related" vary={[film.slug]}>
            <RelatedFilms slug={film.slug} />
          </CacheContent>
          <CacheContent name="film/history" vary={[film.id]}>
            <FilmHistory id={film.id} />
          </CacheContent>
        </div>
      </div>
    </div>
  )
}
