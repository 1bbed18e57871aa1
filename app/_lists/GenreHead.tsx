import { getDecadeCounts } from '../_data/decades'
import { getGenreSummary } from '../_data/genres'
import { DECADES } from '../_data/vocabulary'
import { formatDecimal, formatMoney, pluralize } from '../_lib/format'

export async function GenreHead({ genre }: { genre: string }) {
  const [summary, decades] = await Promise.all([getGenreSummary(genre), getDecadeCounts(genre)])
  const countByDecade = new Map(decades.map(({ decade, count }) => [decade, count]))
  const maxCount = Math.max(1, ...countByDecade.values())
  return (
    <header className="page-head">
      <div>
        <p className="kicker">Genre</p>
        <h1>{genre}</h1>
        <p className="deck">
          {pluralize(summary.count, 'film')}
          {summary.rating !== null && `, rated ${formatDecimal(summary.rating)} on average`}
          {summary.gross !== null && `, with a total gross of ${formatMoney(summary.gross)}`}.
        </p>
      </div>
      <figure className="spark">
        <svg viewBox={`0 0 ${DECADES.length * 10} 36`} role="img" aria-label="Films of the genre by decade">
          {DECADES.map((decade, index) => {
            const count = countByDecade.get(decade) ?? 0
            const height = Math.max(0.6, 36 * Math.sqrt(count / maxCount))
            return (
              <rect key={decade} x={index * 10 + 1} y={36 - height} width="8" height={height}>
                <title>{`${decade}s: ${count}`}</title>
              </rect>
            )
          })}
        </svg>
        <figcaption className="meta">
          <span>{DECADES[0]}s</span> <span>{DECADES.at(-1)}s</span>
        </figcaption>
      </figure>
    </header>
  )
}
