import { runTransaction } from '../../_data/db'
import type { Film } from '../../_data/film'
import { getFilmById } from '../../_data/saveFilm'

/** Removes a film from the archive. @returns the removed film, or null when it does not exist */
export function withdrawFilm(id: number): Promise<Film | null> {
  return runTransaction(async (tx) => {
    const film = await getFilmById(id, tx)
    if (film === null) return null
    await tx.batch([
      { sql: 'DELETE FROM changes WHERE film_id = ?', args: [id] },
      { sql: 'DELETE FROM film_search WHERE rowid = ?', args: [id] },
      { sql: 'DELETE FROM films WHERE id = ?', args: [id] },
    ])
    return film
  })
}
