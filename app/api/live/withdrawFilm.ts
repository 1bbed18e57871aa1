import { transaction } from '../../_data/db'
import type { Film } from '../../_data/film'
import { filmById } from '../../_data/saveFilm'

/** Takes a film out of the archive. @returns it as it was, or null when there is no such film */
export function withdrawFilm(id: number): Promise<Film | null> {
  return transaction(async (tx) => {
    const film = await filmById(id, tx)
    if (film === null) return null
    await tx.batch([
      { sql: 'DELETE FROM changes WHERE film_id = ?', args: [id] },
      { sql: 'DELETE FROM film_search WHERE rowid = ?', args: [id] },
      { sql: 'DELETE FROM films WHERE id = ?', args: [id] },
    ])
    return film
  })
}
