import type { Film } from './film'
import { genreSlug } from './vocabulary'

/*
 * Which keys must an edit expire? `film:<id>` reaches every fragment that showed the film. It cannot
 * reach a list that did not show it yet and now should: raise a rating and the film enters "top rated",
 * which never registered it. So each list registers, beside its films, a collection key for the
 * question it answers, and an edit expires the keys of the questions whose answer may have changed.
 *
 *   the list asks                                  it registers    an edit expires it when
 *   which films of this genre, in which order?     genre:drama     its film was or is in the genre, and
 *   … of this decade, of this director?            decade:1990     a field that lists sort, filter or
 *                                                  director:17     count by changed
 *   which films rate best, which divide people?    film:ranking    a rating, votes or Tomatometer changed
 *   which earned most for their budget?            film:money      a budget or gross changed
 *   how many films per decade, genre, director?    film:decades …  that one field changed
 *   which titles match the query?                  film:search     a title or director changed
 *   what did the desk change last?                 film:changes    always
 *   which films are there at all?                  film:new        never; publishing expires it
 *
 * Coarser is simpler and expires more; finer expires less and is easier to get wrong. The measure: an
 * edit of a drama's rating leaves the comedies, the money list and the search results hits, and a list
 * that forgets its key shows yesterday's answer. Publishing a film is an edit from nothing: every field
 * changed, so `film:new` need not be on lists that have a narrower key.
 */
export const genreKey = (genre: string) => `genre:${genreSlug(genre)}`
export const decadeKey = (decade: number) => `decade:${decade}`
export const directorKey = (id: number) => `director:${id}`

const COLLECTIONS = {
  'film:ranking': ['rating', 'votes', 'tomatoes'],
  'film:money': ['budget', 'usGross', 'worldwideGross'],
  'film:decades': ['decade'],
  'film:genres': ['genre'],
  'film:directors': ['director'],
  'film:search': ['title', 'director'],
} as const satisfies Record<string, readonly (keyof Film)[]>

/** What the lists of one genre, decade or director filter, sort or count by. */
const LISTED_BY = ['title', 'released', 'genre', 'director', 'rating', 'votes', 'worldwideGross'] as const

/** The keys to expire after an edit. `before` is null when the film was just published. */
export function keysOfEdit(before: Film | null, after: Film): string[] {
  const changed = (field: keyof Film) => (before?.[field] ?? null) !== after[field]
  const keys: string[] = [after.objKey, 'film:changes']
  if (before === null) keys.push('film:new')
  for (const [key, fields] of Object.entries(COLLECTIONS)) if (fields.some(changed)) keys.push(key)
  if (LISTED_BY.some(changed)) keys.push(...groupKeys(before), ...groupKeys(after))
  return [...new Set(keys)]
}

function groupKeys(film: Film | null): string[] {
  const keys: string[] = []
  if (film?.genre) keys.push(genreKey(film.genre))
  if (film?.decade) keys.push(decadeKey(film.decade))
  if (film?.directorId) keys.push(directorKey(film.directorId))
  return keys
}
