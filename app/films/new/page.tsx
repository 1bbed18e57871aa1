import type { Metadata } from 'next'
import { publishFilmForm } from '../../_actions/filmActions'
import { FilmForm } from '../../_editor/FilmForm'

export const metadata: Metadata = { title: 'Publish a film', robots: { index: false } }

export default function NewFilmPage() {
  return (
    <section className="page" aria-labelledby="new-title">
      <h1 id="new-title">Publish a film</h1>
      <p className="deck">
        A title is enough. With a rating and some votes it may enter the charts, with a genre its shelf.
      </p>
      <FilmForm action={publishFilmForm} submit="Publish" />
    </section>
  )
}
