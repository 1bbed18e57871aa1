import type { Metadata } from 'next'
import { WatchList } from '../_watchlist/WatchList'

export const metadata: Metadata = { title: 'Watchlist' }

export default function WatchlistPage() {
  return (
    <section className="page" aria-labelledby="watchlist-title">
      <h1 id="watchlist-title">Watchlist</h1>
      <p className="deck">Stored only in this browser.</p>
      <WatchList />
    </section>
  )
}
