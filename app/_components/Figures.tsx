import type { Film } from '../_data/film'
import { formatDecimal, formatShortMoney } from '../_lib/format'

/** A film's rating, Tomatometer and gross. */
export function Figures({ film }: { film: Film }) {
  const gross = film.worldwideGross ?? film.usGross
  const figures: [string, string | null][] = [
    ['out of ten by viewers', film.rating === null ? null : formatDecimal(film.rating)],
    ['of critics recommend it', film.tomatoes === null ? null : `${film.tomatoes}%`],
    ['gross', gross === null ? null : formatShortMoney(gross)],
  ]
  return (
    <dl className="figures">
      {figures.map(([label, figure]) =>
        figure === null ? null : (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{figure}</dd>
          </div>
        ),
      )}
    </dl>
  )
}
