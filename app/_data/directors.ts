import { registerContent, requestMemo } from 'react-cache-content/next'
import { directorKey } from './contentKeys'
import { row, rows } from './db'

export interface Director {
  objKey: `director:${number}`
  id: number
  slug: string
  name: string
}

export const directorBySlug = requestMemo(async (slug: string): Promise<Director | undefined> => {
  const director = await row<Director>(
    `SELECT 'director:' || id AS objKey, id, slug, name FROM directors WHERE slug = ?`,
    [slug],
  )
  registerContent(director)
  return director
})

export interface BusyDirector extends Director {
  count: number
  rating: number | null
  from: number | null
  to: number | null
}

/** The directors with most films in the archive. */
export async function busiestDirectors(limit: number): Promise<BusyDirector[]> {
  const directors = await rows<BusyDirector>(
    `SELECT 'director:' || d.id AS objKey, d.id, d.slug, d.name, count(*) AS count,
       avg(f.imdb_rating) AS rating, min(f.year) AS "from", max(f.year) AS "to"
     FROM directors d JOIN films f ON f.director_id = d.id
     GROUP BY d.id ORDER BY count(*) DESC, d.name LIMIT ?`,
    [limit],
  )
  registerContent(
    'film:directors',
    directors.map(({ id }) => directorKey(id)),
  )
  return directors
}
