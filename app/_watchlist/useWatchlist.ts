import { useSyncExternalStore } from 'react'
import { getServerWatchedFilms, getWatchedFilms, subscribeToWatchlist } from './watchlist'

/** Returns the watchlist, which all components and all open tabs share. */
export function useWatchlist() {
  return useSyncExternalStore(subscribeToWatchlist, getWatchedFilms, getServerWatchedFilms)
}
