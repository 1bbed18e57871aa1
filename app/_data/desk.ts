import { revalidatePath } from 'next/cache'
import { expireObj } from 'react-cache-content/next'
import { getEditKeys } from './contentKeys'
import type { Film, FilmFields } from './film'
import { type Edit, insertFilm, updateFilm } from './saveFilm'

export interface SaveResult {
  film: Film
  /** The expired keys. Empty when the edit changed nothing. */
  keys: string[]
  /** The number of fragments that the expired keys removed from the cache. */
  expired: number
  pagesRevalidated: boolean
}

/**
 * Saves an edit, then expires the changed keys. The order matters: a fill that starts between the two steps
 * reads the new film, and the cache rejects the commit of a fill that started earlier.
 */
export async function editFilm(
  id: number,
  fields: Partial<FilmFields>,
  revision?: number,
): Promise<SaveResult | null> {
  const edit = await updateFilm(id, fields, revision)
  return edit && expireEdit(edit)
}

export async function publishFilm(fields: FilmFields): Promise<SaveResult> {
  const saved = await expireEdit(await insertFilm(fields))
  // Next may hold a "not found" page for this path. That page shows no film, so no key reaches it.
  revalidatePath(`/films/${saved.film.slug}`)
  return saved
}

async function expireEdit({ before, after }: Edit): Promise<SaveResult> {
  const keys = before === after ? [] : getEditKeys(before, after)
  return { film: after, keys, ...(await expireObj(keys)) }
}
