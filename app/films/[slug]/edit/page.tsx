import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { connection } from 'next/server'
import { saveFilmForm } from '../../../_actions/filmActions'
import { getFilmBySlug } from '../../../_data/films'
import { FilmForm } from '../../../_editor/FilmForm'

export const metadata: Metadata = { title: 'Edit a film', robots: { index: false } }

/** This page has no fragment, because an editor must see the current values of the database. */
export default async function EditPage({ params }: { params: Promise<{ slug: string }> }) {
  await connection()
  const film = await getFilmBySlug((await params).slug)
  if (film === null) notFound()
  return (
    <section className="page" aria-labelledby="edit-title">
      <p className="kicker">
        <Link href={`/films/${film.slug}`}>Back to the film</Link>
      </p>
      <h1 id="edit-title">{film.title}</h1>
      <p className="deck">Change a field and save. Every page that shows the film changes with it.</p>
      <FilmForm action={saveFilmForm} film={film} submit="Save" />
    </section>
  )
}
