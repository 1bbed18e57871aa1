import { formatDecimal } from '../_lib/format'

/** A rating of 0 to 10 as a number and a bar. */
export function RatingBar({ rating }: { rating: number | null }) {
  if (rating === null) return <span className="rating rating-none">not rated</span>
  return (
    <span className="rating">
      <b>{formatDecimal(rating)}</b>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect className="bar-track" width="100" height="4" />
        <rect className="bar" width={rating * 10} height="4" />
      </svg>
    </span>
  )
}
