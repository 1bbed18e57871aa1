import type { Film } from '../_data/film'
import { formatShortMoney } from '../_lib/format'

/** Budget and gross on one scale. */
export function MoneyChart({ film }: { film: Film }) {
  const bars = [
    ['Budget', film.budget, 'money-cost'],
    ['US', film.usGross, 'money-gross'],
    ['World', film.worldwideGross, 'money-gross'],
  ] as const
  const knownBars = bars.filter(([, dollars]) => dollars !== null)
  if (knownBars.length === 0) return null
  const maxDollars = Math.max(...knownBars.map(([, dollars]) => dollars ?? 0))
  return (
    <section aria-labelledby="money-title">
      <h2 id="money-title">Box office</h2>
      <dl className="money">
        {knownBars.map(([label, dollars, className]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect
                  className={className}
                  width={Math.max(0.5, (100 * (dollars ?? 0)) / maxDollars)}
                  height="8"
                />
              </svg>
              {formatShortMoney(dollars ?? 0)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
