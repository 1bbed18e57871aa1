'use client'

import Link from 'next/link'
import { useWatchlist } from './useWatchlist'

export function WatchCount() {
  const { length } = useWatchlist()
  return (
    <Link href="/watchlist" className="watch-count" aria-label={`Watchlist, ${length} films`}>
      Watchlist <span className="watch-number">{length}</span>
    </Link>
  )
}
