import Link from 'next/link'
import { TimeAgo } from '../_components/TimeAgo'
import { latestChanges } from '../_data/changes'
import { filmCount } from '../_data/films'
import { count } from '../_lib/format'

/** What editors did last. */
export async function DeskNews() {
  const changes = await latestChanges(7)
  return (
    <section className="desk-news" aria-labelledby="desk-news-title">
      <h2 id="desk-news-title">From the desk</h2>
      {changes.length === 0 ? (
        <p className="empty">
          Nobody has changed anything yet. Open a film, press <em>Edit</em>, and your change is here, and on
          every other page that shows it.
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
        <b>{count(await filmCount())}</b> films in the archive.{' '}
        <Link href="/films/new">Publish one more</Link>
      </p>
    </section>
  )
}
