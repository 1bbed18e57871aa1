import Link from 'next/link'
import type { Chart } from '../_data/charts'
import { decadeCounts } from '../_data/decades'
import { count, plural } from '../_lib/format'
import { frontHref } from './TopList'

/** How many films each decade left us, as columns that lead to its chart. */
export async function DecadeChart({ decade, chart }: { decade: number | null; chart: Chart }) {
  const decades = await decadeCounts(null)
  const most = Math.max(1, ...decades.map((entry) => entry.count))
  return (
    <section className="decade-chart" aria-labelledby="decade-chart-title">
      <h2 id="decade-chart-title">A century in columns</h2>
      <p className="meta">Films in the archive by decade of release</p>
      <ol>
        {decades.map((entry) => (
          <li key={entry.decade} aria-current={entry.decade === decade ? 'true' : undefined}>
            <Link
              href={frontHref(entry.decade, chart)}
              scroll={false}
              title={`${entry.decade}s: ${plural(entry.count, 'film')}`}
            >
              <span className="column-count">{count(entry.count)}</span>
              {/* A square root, or the first half of the century would vanish beside the last decade. */}
              <svg viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true">
                <rect
                  width="10"
                  height={100 * Math.sqrt(entry.count / most)}
                  y={100 - 100 * Math.sqrt(entry.count / most)}
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
