import { registerContent } from 'react-cache-content/next'
import { rows } from './db'
import { type Film, SELECT_FILM } from './film'

export const MAX_QUERY = 60
export const MAX_RESULTS = 48

/** What a visitor typed, in the one form that keys and the index use; '' when nothing can match. */
export function normaliseQuery(text: string): string {
  return searchWords(text).join(' ')
}

/** Films whose title or director has every word of the query, the last ones being allowed as beginnings. */
export async function searchFilms(query: string): Promise<Film[]> {
  const words = searchWords(query)
  if (words.length === 0) return []
  registerContent('film:search')
  // Text alone decides who is in, and the score only orders those: a film that is not shown can enter
  // by an edit of its title or director, never by one of its rating.
  const films = await rows<Film>(
    `${SELECT_FILM} JOIN
       (SELECT rowid AS found, bm25(film_search, 4.0, 1.0) AS distance FROM film_search
        WHERE film_search MATCH ? ORDER BY distance LIMIT ?) ON found = f.id
     ORDER BY distance - coalesce(f.score, 0), f.id`,
    // Quoted, so that nothing typed is read as an operator of the query language.
    [words.map((word) => `"${word}"*`).join(' '), MAX_RESULTS],
  )
  registerContent(films)
  return films
}

function searchWords(text: string): string[] {
  const words = text
    .slice(0, MAX_QUERY)
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{M}]+/gu)
  return words?.slice(0, 8) ?? []
}
