import type { Film } from '../_data/film'
import { oneDecimal, shortMoney } from '../_lib/format'

/** The three numbers that people ask for first. */
export function Figures({ film }: { film: Film }) {
  const gross = film.worldwideGross ?? film.usGross
  const figures: [string, string | null][] = [
    ['out of ten, say viewers', film.rating === null ? null : oneDecimal(film.rating)],
    ['of critics say yes', film.tomatoes === null ? null : `${film.tomatoes}%`],
    ['taken at the till', gross === null ? null : shortMoney(gross)],
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
