import { registerContent, requestMemo } from 'react-cache-content/next'
import { toDecadeKey, toGenreKey } from './contentKeys'
import { selectRow, selectRows } from './db'

export interface DecadeCount {
  decade: number
  count: number
}

/** Counts films per decade. @param genre the genre to count; null for all films */
export const getDecadeCounts = requestMemo(async (genre: string | null): Promise<DecadeCount[]> => {
  registerContent(genre === null ? 'film:decades' : toGenreKey(genre))
  return selectRows<DecadeCount>(
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

export async function getDecadeSummary(decade: number): Promise<DecadeSummary | undefined> {
  registerContent(toDecadeKey(decade))
  return selectRow<DecadeSummary>(
    `SELECT count(*) AS count, avg(imdb_rating) AS rating, sum(worldwide_gross) AS gross,
       (SELECT genre FROM films WHERE decade = ?1 AND genre IS NOT NULL
        GROUP BY genre ORDER BY count(*) DESC, genre LIMIT 1) AS genre
     FROM films WHERE decade = ?1`,
    [decade],
  )
}
