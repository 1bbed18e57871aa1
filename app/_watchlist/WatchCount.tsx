'use client'

import Link from 'next/link'
import { pluralize } from '../_lib/format'
import { useWatchlist } from './useWatchlist'

export function WatchCount() {
  const { length } = useWatchlist()
  return (
    <Link href="/watchlist" className="watch-count" aria-label={`Watchlist, ${pluralize(length, 'film')}`}>
      Watchlist <span className="watch-number">{length}</span>
    </Link>
  )
}
