import Link from 'next/link'
import type { Film } from '../_data/film'
import { getMostDisputed } from '../_data/films'

/** The films on which critics and audience disagree most. */
export async function Disputes() {
  const [audience, critics] = await Promise.all([
    getMostDisputed('audience', 4),
    getMostDisputed('critics', 4),
  ])
  return (
    <section className="disputes" aria-labelledby="disputes-title">
      <h2 id="disputes-title">Critics against viewers</h2>
      <p className="legend meta">
        <span className="dot dot-critics" /> recommended by critics, in per cent{' '}
        <span className="dot dot-audience" /> viewers’ rating, times ten
      </p>
      <h3>Loved by viewers</h3>
      <ul>
        {audience.map((film) => (
          <Dispute key={film.id} film={film} />
        ))}
      </ul>
      <h3>Loved by critics</h3>
      <ul>
        {critics.map((film) => (
          <Dispute key={film.id} film={film} />
        ))}
      </ul>
    </section>
  )
}

function Dispute({ film }: { film: Film }) {
  const critics = film.tomatoes ?? 0
  const audience = (film.rating ?? 0) * 10
  return (
    <li>
      <Link href={`/films/${film.slug}`} prefetch={false}>
        {film.title}
      </Link>
      <svg
        viewBox="0 0 100 6"
        role="img"
        aria-label={`Critics ${critics} per cent, viewers ${Math.round(audience)}`}
      >
        <line className="dispute-axis" x1="0" x2="100" y1="3" y2="3" />
        <line className="dispute-gap" x1={critics} x2={audience} y1="3" y2="3" />
        <circle className="dispute-critics" cx={critics} cy="3" r="2.4" />
        <circle className="dispute-audience" cx={audience} cy="3" r="2.4" />
      </svg>
    </li>
  )
}
