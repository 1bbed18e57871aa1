import { registerContent, requestMemo } from 'react-cache-content/next'
import { decadeKey } from './contentKeys'
import { rows } from './db'
import { type Film, SELECT_FILM } from './film'

export const CHARTS = {
  rating: { label: 'Top rated', order: 'f.score', key: 'film:ranking' },
  gross: { label: 'Box office', order: 'f.worldwide_gross', key: 'film:money' },
} as const

export type Chart = keyof typeof CHARTS
export const CHART_LENGTH = 11

/** The first films of a chart, of all times or of one decade. The lead story and the list share them. */
export const chartFilms = requestMemo(async (chart: Chart, decade: number | null): Promise<Film[]> => {
  const { order, key } = CHARTS[chart]
  registerContent(decade === null ? key : decadeKey(decade))
  const inDecade = decade === null ? '' : 'f.decade = ? AND'
  const found = await rows<Film>(
    `${SELECT_FILM} WHERE ${inDecade} ${order} IS NOT NULL ORDER BY ${order} DESC, f.id LIMIT ?`,
    decade === null ? [CHART_LENGTH] : [decade, CHART_LENGTH],
  )
  registerContent(found)
  return found
})

export async function bestOfDecade(decade: number, limit: number): Promise<Film[]> {
  return (await chartFilms('rating', decade)).slice(0, limit)
}
