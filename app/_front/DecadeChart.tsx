import Link from 'next/link'
import type { Chart } from '../_data/charts'
import { getDecadeCounts } from '../_data/decades'
import { formatCount, pluralize } from '../_lib/format'
import { createFrontHref } from './TopList'

/** The number of films per decade, as columns. Each column links to the chart of its decade. */
export async function DecadeChart({ decade, chart }: { decade: number | null; chart: Chart }) {
  const decades = await getDecadeCounts(null)
  const maxCount = Math.max(1, ...decades.map((entry) => entry.count))
  return (
    <section className="decade-chart" aria-labelledby="decade-chart-title">
      <h2 id="decade-chart-title">Films by decade</h2>
      <p className="meta">Number of films by decade of release</p>
      <ol>
        {decades.map((entry) => (
          <li key={entry.decade} aria-current={entry.decade === decade ? 'true' : undefined}>
            <Link
              href={createFrontHref(entry.decade, chart)}
              scroll={false}
              title={`${entry.decade}s: ${pluralize(entry.count, 'film')}`}
            >
              <span className="column-count">{formatCount(entry.count)}</span>
              {/* The square root keeps the small early decades visible beside the last one. */}
              <svg viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true">
                <rect
                  width="10"
                  height={100 * Math.sqrt(entry.count / maxCount)}
                  y={100 - 100 * Math.sqrt(entry.count / maxCount)}
                />
              </svg>
              <span>{String(entry.decade).slice(2)}s</span>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  )
}
