import { registerContent } from 'react-cache-content/next'
import { selectRows } from './db'

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

/** Returns the latest changes, newest first. */
export async function getLatestChanges(limit: number): Promise<Change[]> {
  const changes = await selectRows<Change>(`${SELECT_CHANGE} ORDER BY c.id DESC LIMIT ?`, [limit])
  registerContent(
    'film:changes',
    changes.map(({ filmId }) => `film:${filmId}`),
  )
  return changes
}

/** Returns the latest changes of one film. Each change expires the film, so registering its key suffices. */
export async function getFilmChanges(filmId: number, limit: number): Promise<Change[]> {
  registerContent(`film:${filmId}`)
  return selectRows<Change>(`${SELECT_CHANGE} WHERE c.film_id = ? ORDER BY c.id DESC LIMIT ?`, [
    filmId,
    limit,
  ])
}
