'use server'

import { redirect } from 'next/navigation'
import { editFilm, publishFilm } from '../_data/desk'
import { parseFields, parseFilm, readFormInput } from '../_data/filmInput'
import { EditConflict } from '../_data/saveFilm'
import type { FilmFormState } from '../_editor/formState'

/*
 * Any visitor may edit, because this demo has no accounts. A real site must authorize the caller here.
 * Next has already checked that the form came from a page of this site.
 */

export async function saveFilmForm(_previous: FilmFormState, form: FormData): Promise<FilmFormState> {
  const values = readFormInput(form)
  const id = Number(form.get('id'))
  const revision = Number(form.get('revision'))
  if (!Number.isSafeInteger(id) || !Number.isSafeInteger(revision)) return { status: 'gone', values }
  const parsed = parseFields(values)
  if (!parsed.ok) return { status: 'invalid', errors: parsed.errors, values }
  try {
    const saved = await editFilm(id, parsed.fields, revision)
    if (saved === null) return { status: 'gone', values }
    const { film, keys, expired, pagesRevalidated } = saved
    return { status: 'saved', slug: film.slug, revision: film.revision, keys, expired, pagesRevalidated }
  } catch (error) {
    if (error instanceof EditConflict) return { status: 'conflict', values }
    throw error
  }
}

export async function publishFilmForm(_previous: FilmFormState, form: FormData): Promise<FilmFormState> {
  const values = readFormInput(form)
  const parsed = parseFilm(values)
  if (!parsed.ok) return { status: 'invalid', errors: parsed.errors, values }
  const { film } = await publishFilm(parsed.fields)
  redirect(`/films/${film.slug}`)
}
