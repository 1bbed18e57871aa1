'use client'

import Link from 'next/link'
import { useWatchlist } from './useWatchlist'
import { WatchButton } from './WatchButton'

export function WatchList() {
  const films = useWatchlist()
  if (films.length === 0) {
    return (
      <p className="empty">
        The watchlist is empty. Press the bookmark of a film, for example on the{' '}
        <Link href="/">front page</Link>.
      </p>
    )
  }
  return (
    <ul className="watchlist">
      {films.map((film) => (
        <li key={film.id}>
          <Link href={`/films/${film.slug}`}>{film.title}</Link>
          <WatchButton {...film} />
        </li>
      ))}
    </ul>
  )
}
