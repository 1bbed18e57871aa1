import Link from 'next/link'
import { TimeAgo } from '../_components/TimeAgo'
import { getLatestChanges } from '../_data/changes'
import { getFilmCount } from '../_data/films'
import { formatCount } from '../_lib/format'

/** The latest edits. */
export async function DeskNews() {
  const changes = await getLatestChanges(7)
  return (
    <section className="desk-news" aria-labelledby="desk-news-title">
      <h2 id="desk-news-title">From the desk</h2>
      {changes.length === 0 ? (
        <p className="empty">
          No edits yet. Open a film and press <em>Edit this film</em>. Your change will appear here and on
          every page that shows the film.
        </p>
      ) : (
        <ul>
          {changes.map((change) => (
            <li key={change.id}>
              <Link href={`/films/${change.slug}`}>{change.title}</Link>
              <p>{change.summary}</p>
              <p className="meta">
                <TimeAgo at={change.at} />
              </p>
            </li>
          ))}
        </ul>
      )}
      <p className="desk-count">
        <b>{formatCount(await getFilmCount())}</b> films in the archive.{' '}
        <Link href="/films/new">Publish another one</Link>
      </p>
    </section>
  )
}
