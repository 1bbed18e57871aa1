import { registerContent } from 'react-cache-content/next'
import { rows } from './db'

export interface Change {
  id: number
  kind: 'published' | 'edited'
  summary: string
  at: string
  filmId: number
  slug: string
  title: string
}

const SELECT_CHANGE = `
  SELECT c.id, c.kind, c.summary, c.at, f.id AS filmId, f.slug, f.title
  FROM changes c JOIN films f ON f.id = c.film_id`

/** The last changes, newest first. */
export async function latestChanges(limit: number): Promise<Change[]> {
  const changes = await rows<Change>(`${SELECT_CHANGE} ORDER BY c.id DESC LIMIT ?`, [limit])
  registerContent(
    'film:changes',
    changes.map(({ filmId }) => `film:${filmId}`),
  )
  return changes
}

/** The last changes of one film. Each of them expired the film, so its key is all a reader depends on. */
export async function changesOfFilm(filmId: number, limit: number): Promise<Change[]> {
  registerContent(`film:${filmId}`)
  return rows<Change>(`${SELECT_CHANGE} WHERE c.film_id = ? ORDER BY c.id DESC LIMIT ?`, [filmId, limit])
}
