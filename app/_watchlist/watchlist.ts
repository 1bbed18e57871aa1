/** The visitor's list: it lives in this browser only, so it is the same on cached and fresh fragments. */
export interface WatchedFilm {
  id: number
  slug: string
  title: string
}

const STORAGE_KEY = 'film-desk:watchlist'
const MAX_FILMS = 500
const NONE: readonly WatchedFilm[] = []

const listeners = new Set<() => void>()
let text: string | null = null
let films: readonly WatchedFilm[] = NONE

/** The same array until the list changes, as useSyncExternalStore asks for. */
export function watchedFilms(): readonly WatchedFilm[] {
  const stored = read()
  if (stored !== text) {
    text = stored
    films = parse(stored)
  }
  return films
}

/** What the server renders, and the browser until it has hydrated: nobody's list. */
export const watchedOnServer = () => NONE

export function toggleWatched(film: WatchedFilm): void {
  const others = watchedFilms().filter(({ id }) => id !== film.id)
  const isWatched = others.length < watchedFilms().length
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
    // Storage is switched off: keep the list for as long as the page lives.
    return text
  }
}

function write(list: readonly WatchedFilm[]): void {
  text = JSON.stringify(list)
  films = list
  try {
    localStorage.setItem(STORAGE_KEY, text)
  } catch {
    // As above; where the storage is full, the list goes back to what it holds.
  }
  notify()
}

function parse(stored: string | null): readonly WatchedFilm[] {
  if (stored === null) return NONE
  try {
    const list: unknown = JSON.parse(stored)
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
