import type { Film } from '../_data/film'
import { formatCount, formatDecimal } from '../_lib/format'

/** The ratings by audience and critics, each as a gauge. */
export function Verdicts({ film }: { film: Film }) {
  if (film.rating === null && film.tomatoes === null) return null
  return (
    <section aria-labelledby="verdicts-title">
      <h2 id="verdicts-title">Verdicts</h2>
      <div className="verdicts">
        {film.rating !== null && (
          <Gauge
            value={film.rating * 10}
            text={formatDecimal(film.rating)}
            label={film.votes === null ? 'Viewers' : `${formatCount(film.votes)} viewers`}
          />
        )}
        {film.tomatoes !== null && (
          <Gauge value={film.tomatoes} text={`${film.tomatoes}%`} label="Recommended by critics" />
        )}
      </div>
    </section>
  )
}

const RADIUS = 26
const LENGTH = 2 * Math.PI * RADIUS

function Gauge({ value, text, label }: { value: number; text: string; label: string }) {
  return (
    <div className="gauge">
      <svg viewBox="0 0 64 64" aria-hidden="true">
        <circle className="gauge-track" cx="32" cy="32" r={RADIUS} />
        <circle
          className="gauge-arc"
          cx="32"
          cy="32"
          r={RADIUS}
          strokeDasharray={`${((value / 100) * LENGTH).toFixed(1)} ${LENGTH.toFixed(1)}`}
          transform="rotate(-90 32 32)"
        />
      </svg>
      <b>{text}</b>
      <span>{label}</span>
    </div>
  )
}
