import { registerContent, requestMemo } from 'react-cache-content/next'
import { toDirectorKey } from './contentKeys'
import { selectRow, selectRows } from './db'

export interface Director {
  objKey: `director:${number}`
  id: number
  slug: string
  name: string
}

export const getDirectorBySlug = requestMemo(async (slug: string): Promise<Director | undefined> => {
  const director = await selectRow<Director>(
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

/** Returns the directors with the most films in the archive. */
export async function getBusiestDirectors(limit: number): Promise<BusyDirector[]> {
  const directors = await selectRows<BusyDirector>(
    `SELECT 'director:' || d.id AS objKey, d.id, d.slug, d.name, count(*) AS count,
       avg(f.imdb_rating) AS rating, min(f.year) AS "from", max(f.year) AS "to"
     FROM directors d JOIN films f ON f.director_id = d.id
     GROUP BY d.id ORDER BY count(*) DESC, d.name LIMIT ?`,
    [limit],
  )
  registerContent(
    'film:directors',
    directors.map(({ id }) => toDirectorKey(id)),
  )
  return directors
}
