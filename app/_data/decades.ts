import { registerContent, requestMemo } from 'react-cache-content/next'
import { decadeKey, genreKey } from './contentKeys'
import { row, rows } from './db'

export interface DecadeCount {
  decade: number
  count: number
}

/** Films per decade, all or those of one genre. */
export const decadeCounts = requestMemo(async (genre: string | null): Promise<DecadeCount[]> => {
  registerContent(genre === null ? 'film:decades' : genreKey(genre))
  return rows<DecadeCount>(
    `SELECT decade, count(*) AS count FROM films
     WHERE decade IS NOT NULL AND (?1 IS NULL OR genre = ?1) GROUP BY decade ORDER BY decade`,
    [genre],
  )
})

export interface DecadeSummary {
  count: number
  rating: number | null
  gross: number | null
  genre: string | null
}

export async function decadeSummary(decade: number): Promise<DecadeSummary | undefined> {
  registerContent(decadeKey(decade))
  return row<DecadeSummary>(
    `SELECT count(*) AS count, avg(imdb_rating) AS rating, sum(worldwide_gross) AS gross,
       (SELECT genre FROM films WHERE decade = ?1 AND genre IS NOT NULL
        GROUP BY genre ORDER BY count(*) DESC, genre LIMIT 1) AS genre
     FROM films WHERE decade = ?1`,
    [decade],
  )
}
