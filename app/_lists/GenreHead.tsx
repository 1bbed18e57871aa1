import { decadeCounts } from '../_data/decades'
import { genreSummary } from '../_data/genres'
import { money, oneDecimal, plural } from '../_lib/format'

export async function GenreHead({ genre }: { genre: string }) {
  const [summary, decades] = await Promise.all([genreSummary(genre), decadeCounts(genre)])
  const most = Math.max(1, ...decades.map(({ count }) => count))
  return (
    <header className="page-head">
      <div>
        <p className="kicker">Genre</p>
        <h1>{genre}</h1>
        <p className="deck">
          {plural(summary.count, 'film')}
          {summary.rating !== null && `, rated ${oneDecimal(summary.rating)} on average`}
          {summary.gross !== null && `, which took ${money(summary.gross)} between them`}.
        </p>
      </div>
      <figure className="spark">
        <svg viewBox={`0 0 ${decades.length * 10} 40`} role="img" aria-label="Films of the genre by decade">
          {decades.map(({ decade, count }, index) => {
            const height = Math.max(1, 40 * Math.sqrt(count / most))
            return (
              <rect key={decade} x={index * 10 + 1} y={40 - height} width="8" height={height}>
                <title>{`${decade}s: ${count}`}</title>
              </rect>
            )
          })}
        </svg>
        <figcaption className="meta">
          {decades[0]?.decade}s to {decades.at(-1)?.decade}s
        </figcaption>
      </figure>
    </header>
  )
}
