import { TimeAgo } from '../_components/TimeAgo'
import { getFilmChanges } from '../_data/changes'

/** The latest edits of a film. */
export async function FilmHistory({ id }: { id: number }) {
  const changes = await getFilmChanges(id, 5)
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
