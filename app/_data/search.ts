import { registerContent } from 'react-cache-content/next'
import { selectRows } from './db'
import { type Film, SELECT_FILM } from './film'

export const MAX_QUERY = 60
export const MAX_RESULTS = 48

/** Normalizes a search for use in keys and in the index. Returns '' when it contains no word. */
export function normalizeQuery(text: string): string {
  return splitWords(text).join(' ')
}

/** Returns the films in which every word of the query is the beginning of a word of the title or director. */
export async function searchFilms(query: string): Promise<Film[]> {
  const words = splitWords(query)
  if (words.length === 0) return []
  registerContent('film:search')
  // The text alone selects the films; the score only orders them. So only an edit of a title or director can
  // add a film to the results, never an edit of a rating.
  const films = await selectRows<Film>(
    `${SELECT_FILM} JOIN
       (SELECT rowid AS found, bm25(film_search, 4.0, 1.0) AS distance FROM film_search
        WHERE film_search MATCH ? ORDER BY distance LIMIT ?) ON found = f.id
     ORDER BY distance - coalesce(f.score, 0), f.id`,
    // Quoted, because the index would read some words as operators.
    [words.map((word) => `"${word}"*`).join(' '), MAX_RESULTS],
  )
  registerContent(films)
  return films
}

function splitWords(text: string): string[] {
  const words = text
    .slice(0, MAX_QUERY)
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{M}]+/gu)
  return words?.slice(0, 8) ?? []
}
