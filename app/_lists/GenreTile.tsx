import Link from 'next/link'
import { CacheContent } from 'react-cache-content/next'
import { bestOfGenre, genreSummary } from '../_data/genres'
import { genreSlug } from '../_data/vocabulary'
import { oneDecimal, plural } from '../_lib/format'
import { Poster } from '../_poster/Poster'

/** A genre as the front page and the list of genres show it, a fragment of its own. */
export function GenreTile({ genre }: { genre: string }) {
  return (
    <CacheContent name="genre/tile" vary={[genre]}>
      <Tile genre={genre} />
    </CacheContent>
  )
}

async function Tile({ genre }: { genre: string }) {
  const [summary, best] = await Promise.all([genreSummary(genre), bestOfGenre(genre)])
  return (
    <li className="genre-tile">
      {best && <Poster film={best} size="thumb" />}
      <div>
        <h3>
          <Link href={`/genres/${genreSlug(genre)}`}>{genre}</Link>
        </h3>
        <p className="meta">
          {plural(summary.count, 'film')}
          {summary.rating !== null && `, ${oneDecimal(summary.rating)} on average`}
        </p>
        {best && <p className="genre-best">{best.title}</p>}
      </div>
    </li>
  )
}
