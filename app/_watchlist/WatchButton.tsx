'use client'

import { useWatchlist } from './useWatchlist'
import { toggleWatched, type WatchedFilm } from './watchlist'

export function WatchButton({ id, slug, title }: WatchedFilm) {
  const isWatched = useWatchlist().some((film) => film.id === id)
  return (
    <button
      type="button"
      className="watch"
      aria-pressed={isWatched}
      aria-label={`${title}: on my watchlist`}
      title={isWatched ? 'Remove from the watchlist' : 'Add to the watchlist'}
      onClick={() => toggleWatched({ id, slug, title })}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d="M3.5 1.5h9v13L8 11l-4.5 3.5z" />
      </svg>
    </button>
  )
}
