import type { Film } from './film'
import { getGenreSlug } from './vocabulary'

/*
 * Which keys must an edit expire? `film:<id>` reaches every fragment that shows the film. It does not reach
 * a list that must show the film only after the edit: a higher rating moves a film into "top rated", which
 * never registered it. Each list therefore also registers a collection key for its query, and an edit expires
 * the keys of all queries whose result may have changed.
 *
 *   query of the list                              it registers    an edit expires the key when
 *   films of a genre, in some order                genre:drama     the film was or is in the group, and
 *   films of a decade                              decade:1990     a field that lists sort, filter or
 *   films of a director                            director:17     count by changed
 *   best rated films, most disputed films          film:ranking    the rating, votes or Tomatometer changed
 *   best gross for the budget                      film:money      the budget or a gross changed
 *   films per decade, genre or director            film:decades …  that field changed
 *   films that match a search                      film:search     the title or director changed
 *   latest changes                                 film:changes    always
 *   number of films                                film:new        never; only publishing expires it
 *
 * Coarse keys are simple and expire more than necessary. Fine keys expire less, but a missing key leaves an
 * outdated list. These keys are fine enough that an edit of a drama's rating leaves the comedies, the money
 * list and the search results cached. Publishing a film counts as an edit of every field, so a list with a
 * narrower key need not register `film:new`.
 */
export const toGenreKey = (genre: string) => `genre:${getGenreSlug(genre)}`
export const toDecadeKey = (decade: number) => `decade:${decade}`
export const toDirectorKey = (id: number) => `director:${id}`

const COLLECTIONS = {
  'film:ranking': ['rating', 'votes', 'tomatoes'],
  'film:money': ['budget', 'usGross', 'worldwideGross'],
  'film:decades': ['decade'],
  'film:genres': ['genre'],
  'film:directors': ['director'],
  'film:search': ['title', 'director'],
} as const satisfies Record<string, readonly (keyof Film)[]>

/** The fields by which the lists of one genre, decade or director filter, sort or count. */
const LISTED_BY = ['title', 'released', 'genre', 'director', 'rating', 'votes', 'worldwideGross'] as const

/** Returns the keys to expire after an edit. @param before null when the film was just published */
export function getEditKeys(before: Film | null, after: Film): string[] {
  const isChanged = (field: keyof Film) => (before?.[field] ?? null) !== after[field]
  const keys: string[] = [after.objKey, 'film:changes']
  if (before === null) keys.push('film:new')
  for (const [key, fields] of Object.entries(COLLECTIONS)) if (fields.some(isChanged)) keys.push(key)
  if (LISTED_BY.some(isChanged)) keys.push(...getGroupKeys(before), ...getGroupKeys(after))
  return [...new Set(keys)]
}

function getGroupKeys(film: Film | null): string[] {
  const keys: string[] = []
  if (film?.genre) keys.push(toGenreKey(film.genre))
  if (film?.decade) keys.push(toDecadeKey(film.decade))
  if (film?.directorId) keys.push(toDirectorKey(film.directorId))
  return keys
}
