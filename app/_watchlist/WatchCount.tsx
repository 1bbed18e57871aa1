'use client'

import Link from 'next/link'
import { plural } from '../_lib/format'
import { useWatchlist } from './useWatchlist'

export function WatchCount() {
  const { length } = useWatchlist()
  return (
    <Link href="/watchlist" className="watch-count" aria-label={`Watchlist, ${plural(length, 'film')}`}>
      Watchlist <span className="watch-number">{length}</span>
    </Link>
  )
}
