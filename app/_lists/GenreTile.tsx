import Link from 'next/link'
import { CacheContent } from 'react-cache-content/next'
import { getBestGenreFilm, getGenreSummary } from '../_data/genres'
import { getGenreSlug } from '../_data/vocabulary'
import { formatDecimal, pluralize } from '../_lib/format'
import { Poster } from '../_poster/Poster'

/** A genre in a grid. Each tile is a fragment, which the front page and the list of genres share. */
export function GenreTile({ genre }: { genre: string }) {
  return (
    <CacheContent name="genre/tile" vary={[genre]}>
      <Tile genre={genre} />
    </CacheContent>
  )
}

async function Tile({ genre }: { genre: string }) {
  const [summary, best] = await Promise.all([getGenreSummary(genre), getBestGenreFilm(genre)])
  return (
    <li className="genre-tile">
      {best && <Poster film={best} size="thumb" />}
      <div>
        <h3>
          <Link href={`/genres/${getGenreSlug(genre)}`}>{genre}</Link>
        </h3>
        <p className="meta">
          {pluralize(summary.count, 'film')}
          {summary.rating !== null && `, ${formatDecimal(summary.rating)} on average`}
        </p>
        {best && <p className="genre-best">{best.title}</p>}
      </div>
    </li>
  )
}
