import { registerContent } from 'react-cache-content/next'
import { toDecadeKey } from './contentKeys'
import { selectRows } from './db'
import { type Film, SELECT_FILM } from './film'

export const CHARTS = {
  rating: { label: 'Top rated', order: 'f.score', key: 'film:ranking' },
  gross: { label: 'Box office', order: 'f.worldwide_gross', key: 'film:money' },
} as const

export type Chart = keyof typeof CHARTS

/** Returns the first films of a chart. @param decade the decade of release; null for all films */
export async function getChartFilms(chart: Chart, decade: number | null, limit: number): Promise<Film[]> {
  const { order, key } = CHARTS[chart]
  const inDecade = decade === null ? '' : 'f.decade = ? AND'
  const films = await selectRows<Film>(
    `${SELECT_FILM} WHERE ${inDecade} ${order} IS NOT NULL ORDER BY ${order} DESC, f.id LIMIT ?`,
    decade === null ? [limit] : [decade, limit],
  )
  registerContent(decade === null ? key : toDecadeKey(decade), films)
  return films
}
