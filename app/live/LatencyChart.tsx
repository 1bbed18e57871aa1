import { getSpread, MAX_LATENCIES } from './_feed/feed'

const HEIGHT = 40
const STEP = 5

/** The time from each edit to the rebuild of its last page, with the latest edit at the right. */
export function LatencyChart({ latencies }: { latencies: readonly number[] }) {
  const spread = getSpread(latencies)
  if (spread === undefined) return null
  const label = `From publication to the last rebuilt page: ${formatDuration(spread.median)} median, ${formatDuration(spread.worst)} maximum`
  const first = MAX_LATENCIES - latencies.length
  return (
    <figure className="latency">
      <svg
        viewBox={`0 0 ${MAX_LATENCIES * STEP} ${HEIGHT}`}
        role="img"
        aria-label={label}
        preserveAspectRatio="none"
      >
        {latencies.map((latency, index) => {
          const height = Math.max(1, (latency / spread.worst) * HEIGHT)
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is identified by its position
              key={index}
              x={(first + index) * STEP}
              y={HEIGHT - height}
              width={STEP - 1}
              height={height}
            />
          )
        })}
      </svg>
      <figcaption className="meta">
        Published to rebuilt: <b>{formatDuration(spread.median)}</b> median,{' '}
        <b>{formatDuration(spread.worst)}</b> maximum
      </figcaption>
    </figure>
  )
}

/** Formats a duration as '240 ms' or '1.4 s'. */
export function formatDuration(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}
