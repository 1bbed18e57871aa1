import { registerContent, requestMemo } from 'react-cache-content/next'
import { directorKey, genreKey } from './contentKeys'
import { row, rows } from './db'
import { type Film, SELECT_FILM } from './film'

/*
 * Every function registers what it returns, so a fragment that calls it depends on those films, and no
 * component has to remember to. Called outside any fragment it registers nothing.
 */
async function films(sql: string, args: (string | number | null)[] = []): Promise<Film[]> {
  const records = await rows<Film>(`${SELECT_FILM} ${sql}`, args)
  registerContent(records)
  return records
}

/** The film of a page's address, loaded once however many fragments and the page's title ask for it. */
export const filmBySlug = requestMemo(async (slug: string): Promise<Film | null> => {
  return (await films('WHERE f.slug = ?', [slug]))[0] ?? null
})

/** Small films that earned many times what they cost. */
export async function bestReturns(limit: number): Promise<Film[]> {
  registerContent('film:money')
  return films(
    `WHERE f.budget >= 100000 AND f.worldwide_gross IS NOT NULL
     ORDER BY f.worldwide_gross * 1.0 / f.budget DESC, f.id LIMIT ?`,
    [limit],
  )
}

/** Films that critics and audiences see most differently, in favour of the one or the other. */
export async function mostDisputed(favour: 'critics' | 'audience', limit: number): Promise<Film[]> {
  registerContent('film:ranking')
  return films(
    `WHERE f.imdb_votes >= 20000 AND f.tomatoes IS NOT NULL
     ORDER BY (f.tomatoes - f.imdb_rating * 10) ${favour === 'critics' ? 'DESC' : 'ASC'}, f.id LIMIT ?`,
    [limit],
  )
}

export async function filmsOfDirector(directorId: number): Promise<Film[]> {
  registerContent(directorKey(directorId))
  return films('WHERE f.director_id = ? ORDER BY f.released, f.id', [directorId])
}

export async function bestOfDirector(directorId: number, limit: number): Promise<Film[]> {
  registerContent(directorKey(directorId))
  return films('WHERE f.director_id = ? ORDER BY f.score DESC NULLS LAST, f.id LIMIT ?', [directorId, limit])
}

/** Well rated films of the same genre from about the same years. A film can only enter with its genre. */
export async function relatedFilms(film: Film, limit: number): Promise<Film[]> {
  if (film.genre === null || film.year === null) return []
  registerContent(genreKey(film.genre))
  return films(
    `WHERE f.genre = ? AND f.year BETWEEN ? AND ? AND f.id <> ? AND f.score IS NOT NULL
     ORDER BY f.score DESC, f.id LIMIT ?`,
    [film.genre, film.year - 2, film.year + 2, film.id, limit],
  )
}

export async function filmCount(): Promise<number> {
  registerContent('film:new')
  return (await row<{ n: number }>('SELECT count(*) AS n FROM films'))?.n ?? 0
}
