import { getSpread, MAX_LATENCIES } from './_feed/feed'

const HEIGHT = 40
const STEP = 5

/** How long each edit took until the last page that shows it was there anew; the latest to the right. */
export function LatencyChart({ latencies }: { latencies: readonly number[] }) {
  const spread = getSpread(latencies)
  if (spread === undefined) return null
  const label = `From published to all pages rebuilt: mostly ${duration(spread.median)}, at worst ${duration(spread.worst)}`
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
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
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
        Published to rebuilt: <b>{duration(spread.median)}</b> mostly, <b>{duration(spread.worst)}</b> at
        worst
      </figcaption>
    </figure>
  )
}

/** '240 ms', '1.4 s' */
export function duration(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}
