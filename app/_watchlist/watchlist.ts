/** A film on the visitor's list. The list is stored in the browser only, so cached fragments need not contain it. */
export interface WatchedFilm {
  id: number
  slug: string
  title: string
}

const STORAGE_KEY = 'film-desk:watchlist'
const MAX_FILMS = 500
const NONE: readonly WatchedFilm[] = []

const listeners = new Set<() => void>()
let storedText: string | null = null
let films: readonly WatchedFilm[] = NONE

/** Returns the same array until the list changes, as `useSyncExternalStore` requires. */
export function getWatchedFilms(): readonly WatchedFilm[] {
  const text = read()
  if (text !== storedText) {
    storedText = text
    films = parse(text)
  }
  return films
}

/** Returns an empty list, for the server and for the browser until hydration. */
export const getServerWatchedFilms = () => NONE

export function toggleWatched(film: WatchedFilm): void {
  const others = getWatchedFilms().filter(({ id }) => id !== film.id)
  const isWatched = others.length < getWatchedFilms().length
  write(isWatched ? others : [...others, film].slice(-MAX_FILMS))
}

export function subscribeToWatchlist(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('storage', notify)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('storage', notify)
  }
}

function notify(): void {
  for (const listener of listeners) listener()
}

function read(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY)
  } catch {
    // Without storage the list lasts until the page is closed.
    return storedText
  }
}

function write(list: readonly WatchedFilm[]): void {
  storedText = JSON.stringify(list)
  films = list
  try {
    localStorage.setItem(STORAGE_KEY, storedText)
  } catch {
    // Without storage the list lasts until the page is closed. When the storage is full, the next read restores
    // the stored list.
  }
  notify()
}

function parse(text: string | null): readonly WatchedFilm[] {
  if (text === null) return NONE
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list.filter(isWatchedFilm) : NONE
  } catch {
    return NONE
  }
}

function isWatchedFilm(value: unknown): value is WatchedFilm {
  if (typeof value !== 'object' || value === null) return false
  const { id, slug, title } = value as Record<string, unknown>
  return typeof id === 'number' && typeof slug === 'string' && typeof title === 'string'
}
