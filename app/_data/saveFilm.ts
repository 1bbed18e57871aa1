import type { Transaction } from '@libsql/client'
import { runTransaction, selectRow, selectRows } from './db'
import { describeEdit } from './describeEdit'
import { FILM_COLUMNS, type Film, type FilmFields, SELECT_FILM } from './film'
import { createUniqueSlug } from './slug.mjs'

export interface Edit {
  before: Film | null
  after: Film
}

/** Another save has changed the film since the editor loaded it. */
export class EditConflict extends Error {
  override name = 'EditConflict'
}

/**
 * Writes the given fields. A new title does not change the film's slug.
 *
 * @param revision the revision that the editor loaded; omit it to overwrite any revision
 * @returns null when the film does not exist
 * @throws {EditConflict} when the film has another revision
 */
export function updateFilm(id: number, fields: Partial<FilmFields>, revision?: number): Promise<Edit | null> {
  return runTransaction(async (tx) => {
    const before = await getFilmById(id, tx)
    if (before === null) return null
    if (revision !== undefined && revision !== before.revision) throw new EditConflict()
    const summary = describeEdit(before, fields)
    if (summary === null) return { before, after: before }

    const values = { ...(await toColumns(tx, fields)), updated_at: now() }
    const assignments = Object.keys(values).map((column) => `${column} = ?`)
    await tx.execute({
      sql: `UPDATE films SET ${assignments.join(', ')}, revision = revision + 1 WHERE id = ?`,
      args: [...Object.values(values), id],
    })
    return { before, after: await recordChange(tx, id, 'edited', summary) }
  })
}

export function insertFilm(fields: FilmFields): Promise<Edit> {
  return runTransaction(async (tx) => {
    const slugs = await selectRows<{ slug: string }>('SELECT slug FROM films', [], tx)
    const existingSlugs = new Set(['new', ...slugs.map(({ slug }) => slug)])
    const slug = createUniqueSlug(
      fields.title,
      (candidate) => existingSlugs.has(candidate),
      fields.released?.slice(0, 4),
    )
    const values = { slug, ...(await toColumns(tx, fields)), updated_at: now() }
    const columns = Object.keys(values)
    const { lastInsertRowid } = await tx.execute({
      sql: `INSERT INTO films (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      args: Object.values(values),
    })
    return {
      before: null,
      after: await recordChange(tx, Number(lastInsertRowid), 'published', 'Added to the archive'),
    }
  })
}

export async function getFilmById(id: number, tx?: Transaction): Promise<Film | null> {
  return (await selectRow<Film>(`${SELECT_FILM} WHERE f.id = ?`, [id], tx)) ?? null
}

/** Updates the search index and the log of changes after a save. */
async function recordChange(tx: Transaction, id: number, kind: 'edited' | 'published', summary: string) {
  const film = await getFilmById(id, tx)
  if (film === null) throw new Error(`Film ${id} vanished while it was being saved`)
  await tx.batch([
    { sql: 'DELETE FROM film_search WHERE rowid = ?', args: [id] },
    {
      sql: 'INSERT INTO film_search (rowid, title, director) VALUES (?, ?, ?)',
      args: [id, film.title, film.director ?? ''],
    },
    {
      sql: 'INSERT INTO changes (film_id, kind, summary, at) VALUES (?, ?, ?, ?)',
      args: [id, kind, summary, film.updatedAt],
    },
  ])
  return film
}

async function toColumns(tx: Transaction, fields: Partial<FilmFields>) {
  const columns: Record<string, string | number | null> = {}
  for (const [field, value] of Object.entries(fields)) {
    if (field === 'director') columns.director_id = await findOrInsertDirector(tx, fields.director ?? null)
    else columns[FILM_COLUMNS[field as keyof typeof FILM_COLUMNS]] = value
  }
  return columns
}

/** Returns the id of the director with this name, and inserts the director when missing. */
async function findOrInsertDirector(tx: Transaction, name: string | null): Promise<number | null> {
  if (name === null) return null
  const existing = await selectRow<{ id: number }>('SELECT id FROM directors WHERE name = ?', [name], tx)
  if (existing) return existing.id
  const slugs = await selectRows<{ slug: string }>('SELECT slug FROM directors', [], tx)
  const existingSlugs = new Set(slugs.map(({ slug }) => slug))
  const inserted = await tx.execute({
    sql: 'INSERT INTO directors (slug, name) VALUES (?, ?)',
    args: [createUniqueSlug(name, (candidate) => existingSlugs.has(candidate)), name],
  })
  return Number(inserted.lastInsertRowid)
}

const now = () => new Date().toISOString()
