import type { Film } from '../_data/film'
import { formatDecimal } from '../_lib/format'

const WIDTH = 240
const HEIGHT = 70
const EDGE = 5

/** The ratings of a director's films by year. */
export function CareerChart({ films }: { films: Film[] }) {
  const points = films.flatMap(({ title, year, rating }) => (year && rating ? [{ title, year, rating }] : []))
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || first.year === last.year) return null
  const x = (year: number) => EDGE + ((year - first.year) / (last.year - first.year)) * (WIDTH - 2 * EDGE)
  const y = (rating: number) => EDGE + (1 - rating / 10) * (HEIGHT - 2 * EDGE)
  return (
    <figure className="spark career">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Ratings over the years">
        <line x1="0" x2={WIDTH} y1={y(5)} y2={y(5)} />
        <polyline
          points={points.map(({ year, rating }) => `${x(year).toFixed(1)},${y(rating).toFixed(1)}`).join(' ')}
        />
        {points.map(({ title, year, rating }) => (
          <circle key={title} cx={x(year).toFixed(1)} cy={y(rating).toFixed(1)} r="3.5">
            <title>{`${title} (${year}): ${formatDecimal(rating)}`}</title>
          </circle>
        ))}
      </svg>
      <figcaption className="meta">
        <span>{first.year}</span> <span>{last.year}</span>
      </figcaption>
    </figure>
  )
}
