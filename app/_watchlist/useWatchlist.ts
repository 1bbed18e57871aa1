import { useSyncExternalStore } from 'react'
import { subscribeToWatchlist, watchedFilms, watchedOnServer } from './watchlist'

/** The watchlist as every component of the page and every open tab sees it. */
export function useWatchlist() {
  return useSyncExternalStore(subscribeToWatchlist, watchedFilms, watchedOnServer)
}
