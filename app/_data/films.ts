import { registerContent, requestMemo } from 'react-cache-content/next'
import { toDirectorKey, toGenreKey } from './contentKeys'
import { selectRow, selectRows } from './db'
import { type Film, SELECT_FILM } from './film'

/*
 * Every function of this module registers the films that it returns. A fragment that calls it depends on
 * those films without any code in its components. Outside a fragment, registering has no effect.
 */
async function selectFilms(sql: string, args: (string | number | null)[] = []): Promise<Film[]> {
  const records = await selectRows<Film>(`${SELECT_FILM} ${sql}`, args)
  registerContent(records)
  return records
}

/** Returns the film with a slug. It is loaded once per request, also when several fragments need it. */
export const getFilmBySlug = requestMemo(async (slug: string): Promise<Film | null> => {
  return (await selectFilms('WHERE f.slug = ?', [slug]))[0] ?? null
})

/** Returns the films with the highest ratio of gross to budget. */
export async function getBestReturns(limit: number): Promise<Film[]> {
  registerContent('film:money')
  return selectFilms(
    `WHERE f.budget >= 100000 AND f.worldwide_gross IS NOT NULL
     ORDER BY f.worldwide_gross * 1.0 / f.budget DESC, f.id LIMIT ?`,
    [limit],
  )
}

/** Returns the films on which critics and audience disagree most. @param favour the side that likes them more */
export async function getMostDisputed(favour: 'critics' | 'audience', limit: number): Promise<Film[]> {
  registerContent('film:ranking')
  return selectFilms(
    `WHERE f.imdb_votes >= 20000 AND f.tomatoes IS NOT NULL
     ORDER BY (f.tomatoes - f.imdb_rating * 10) ${favour === 'critics' ? 'DESC' : 'ASC'}, f.id LIMIT ?`,
    [limit],
  )
}

export async function getDirectorFilms(directorId: number): Promise<Film[]> {
  registerContent(toDirectorKey(directorId))
  return selectFilms('WHERE f.director_id = ? ORDER BY f.released, f.id', [directorId])
}

export async function getBestDirectorFilms(directorId: number, limit: number): Promise<Film[]> {
  registerContent(toDirectorKey(directorId))
  return selectFilms('WHERE f.director_id = ? ORDER BY f.score DESC NULLS LAST, f.id LIMIT ?', [
    directorId,
    limit,
  ])
}

/**
 * Returns well rated films of the same genre from about the same years. The genre's key suffices: every edit
 * that moves a film into this list changes a field that expires the key of its genre.
 */
export async function getRelatedFilms(film: Film, limit: number): Promise<Film[]> {
  if (film.genre === null || film.year === null) return []
  registerContent(toGenreKey(film.genre))
  return selectFilms(
    `WHERE f.genre = ? AND f.year BETWEEN ? AND ? AND f.id <> ? AND f.score IS NOT NULL
     ORDER BY f.score DESC, f.id LIMIT ?`,
    [film.genre, film.year - 2, film.year + 2, film.id, limit],
  )
}

export async function getFilmCount(): Promise<number> {
  registerContent('film:new')
  return (await selectRow<{ n: number }>('SELECT count(*) AS n FROM films'))?.n ?? 0
}
