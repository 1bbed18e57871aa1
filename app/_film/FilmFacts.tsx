import type { ReactNode } from 'react'
import type { Film } from '../_data/film'
import { formatDay, formatMinutes } from '../_lib/format'

/** The known facts about a film that its description does not mention. */
export function FilmFacts({ film }: { film: Film }) {
  const facts: [string, ReactNode][] = [
    ['Released', film.released && formatDay(film.released)],
    ['Running time', film.runningTime && formatMinutes(film.runningTime)],
    ['Rated', film.mpaa],
    ['Distributor', film.distributor],
    ['Source', film.source],
    ['Kind', film.creativeType],
  ]
  const knownFacts = facts.filter(([, value]) => value !== null)
  if (knownFacts.length === 0) return null
  return (
    <section aria-labelledby="facts-title">
      <h2 id="facts-title">Facts</h2>
      <dl className="facts">
        {knownFacts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
