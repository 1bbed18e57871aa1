import { revalidatePath } from 'next/cache'
import { expireObj } from 'react-cache-content/next'
import { keysOfEdit } from './contentKeys'
import type { Film, FilmFields } from './film'
import { type Edit, insertFilm, updateFilm } from './saveFilm'

export interface Saved {
  film: Film
  /** The keys that were expired; none when the edit changed nothing. */
  keys: string[]
  /** How many fragments they took from the cache. */
  expired: number
  pagesRevalidated: boolean
}

/** Saves an edit, then expires what it changes. In that order: a fill that starts between the two reads
 * the new film, and one that started before is refused by the cache when it wants to commit. */
export async function editFilm(
  id: number,
  fields: Partial<FilmFields>,
  revision?: number,
): Promise<Saved | null> {
  const edit = await updateFilm(id, fields, revision)
  return edit && expireEdit(edit)
}

export async function publishFilm(fields: FilmFields): Promise<Saved> {
  const saved = await expireEdit(await insertFilm(fields))
  // Someone may have asked for this address before: the "not found" page that Next kept for it shows no
  // film, so no key can lead to it.
  revalidatePath(`/films/${saved.film.slug}`)
  return saved
}

async function expireEdit({ before, after }: Edit): Promise<Saved> {
  const keys = before === after ? [] : keysOfEdit(before, after)
  return { film: after, keys, ...(await expireObj(keys)) }
}
