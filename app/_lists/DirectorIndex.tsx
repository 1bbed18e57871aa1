import Link from 'next/link'
import { RatingBar } from '../_components/RatingBar'
import { getBusiestDirectors } from '../_data/directors'
import { pluralize } from '../_lib/format'

export async function DirectorIndex() {
  const directors = await getBusiestDirectors(60)
  return (
    <section className="page" aria-labelledby="directors-title">
      <h1 id="directors-title">Directors</h1>
      <p className="deck">
        The sixty directors with the most films in the archive, and their average ratings by viewers.
      </p>
      <ol className="directors">
        {directors.map((director) => (
          <li key={director.id}>
            <Link href={`/directors/${director.slug}`} prefetch={false}>
              {director.name}
            </Link>
            <span className="meta">
              {pluralize(director.count, 'film')}
              {director.from !== null && `, ${director.from} to ${director.to}`}
            </span>
            <RatingBar rating={director.rating} />
          </li>
        ))}
      </ol>
    </section>
  )
}
