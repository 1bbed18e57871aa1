import { TimeAgo } from '../_components/TimeAgo'
import { changesOfFilm } from '../_data/changes'

/** What editors changed in this film. */
export async function FilmHistory({ id }: { id: number }) {
  const changes = await changesOfFilm(id, 5)
  if (changes.length === 0) return null
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">Changes</h2>
      <ul className="history">
        {changes.map((change) => (
          <li key={change.id}>
            {change.summary}{' '}
            <span className="meta">
              <TimeAgo at={change.at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
