import type { Metadata } from 'next'
import { publishFilmForm } from '../../_actions/filmActions'
import { FilmForm } from '../../_editor/FilmForm'

export const metadata: Metadata = { title: 'Publish a film', robots: { index: false } }

export default function NewFilmPage() {
  return (
    <section className="page" aria-labelledby="new-title">
      <h1 id="new-title">Publish a film</h1>
      <p className="deck">
        Only the title is required. A film with a rating and votes may enter the charts, and a film with a
        genre appears on the page of its genre.
      </p>
      <FilmForm action={publishFilmForm} submit="Publish" />
    </section>
  )
}
