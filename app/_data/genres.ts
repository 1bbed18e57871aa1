import { registerContent, requestMemo } from 'react-cache-content/next'
import { toGenreKey } from './contentKeys'
import { selectRow, selectRows } from './db'
import { type Film, SELECT_FILM } from './film'

export const SORTS = {
  rating: { label: 'Best rated', sql: 'f.score DESC NULLS LAST' },
  gross: { label: 'Box office', sql: 'f.worldwide_gross DESC NULLS LAST' },
  newest: { label: 'Newest', sql: 'f.released DESC NULLS LAST' },
  title: { label: 'A to Z', sql: 'f.title COLLATE NOCASE' },
} as const

export type Sort = keyof typeof SORTS
export const PAGE_SIZE = 24

export async function getGenreFilms(genre: string, sort: Sort, page: number): Promise<Film[]> {
  const films = await selectRows<Film>(
    `${SELECT_FILM} WHERE f.genre = ? ORDER BY ${SORTS[sort].sql}, f.id LIMIT ? OFFSET ?`,
    [genre, PAGE_SIZE, (page - 1) * PAGE_SIZE],
  )
  registerContent(toGenreKey(genre), films)
  return films
}

export interface GenreSummary {
  count: number
  rating: number | null
  gross: number | null
}

export const getGenreSummary = requestMemo(async (genre: string): Promise<GenreSummary> => {
  registerContent(toGenreKey(genre))
  const summary = await selectRow<GenreSummary>(
    `SELECT count(*) AS count, avg(imdb_rating) AS rating, sum(worldwide_gross) AS gross
     FROM films WHERE genre = ?`,
    [genre],
  )
  return summary ?? { count: 0, rating: null, gross: null }
})

/** Returns the best film of a genre. Its poster illustrates the genre on the front page. */
export async function getBestGenreFilm(genre: string): Promise<Film | undefined> {
  const best = await selectRow<Film>(
    `${SELECT_FILM} WHERE f.genre = ? AND f.score IS NOT NULL ORDER BY f.score DESC, f.id LIMIT 1`,
    [genre],
  )
  registerContent(toGenreKey(genre), best)
  return best
}
