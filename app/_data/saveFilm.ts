import type { Transaction } from '@libsql/client'
import { row, rows, transaction } from './db'
import { describeEdit } from './describeEdit'
import { FILM_COLUMNS, type Film, type FilmFields, SELECT_FILM } from './film'
import { uniqueSlug } from './slug.mjs'

export interface Edit {
  before: Film | null
  after: Film
}

/** The film was saved by someone else since the editor read it. */
export class EditConflict extends Error {
  override name = 'EditConflict'
}

/**
 * Writes the given fields. The address of a film stays, whatever its title becomes.
 *
 * @param revision the one the editor saw; leave it out to overwrite whatever is there.
 * @returns null when there is no such film.
 * @throws {EditConflict}
 */
export function updateFilm(id: number, fields: Partial<FilmFields>, revision?: number): Promise<Edit | null> {
  return transaction(async (tx) => {
    const before = await filmById(id, tx)
    if (before === null) return null
    if (revision !== undefined && revision !== before.revision) throw new EditConflict()
    const summary = describeEdit(before, fields)
    if (summary === null) return { before, after: before }

    const values = { ...(await columnsOf(tx, fields)), updated_at: now() }
    const assignments = Object.keys(values).map((column) => `${column} = ?`)
    await tx.execute({
      sql: `UPDATE films SET ${assignments.join(', ')}, revision = revision + 1 WHERE id = ?`,
      args: [...Object.values(values), id],
    })
    return { before, after: await finish(tx, id, 'edited', summary) }
  })
}

export function insertFilm(fields: FilmFields): Promise<Edit> {
  return transaction(async (tx) => {
    const slugs = await rows<{ slug: string }>('SELECT slug FROM films', [], tx)
    const taken = new Set(['new', ...slugs.map(({ slug }) => slug)])
    const slug = uniqueSlug(fields.title, (candidate) => taken.has(candidate), fields.released?.slice(0, 4))
    const values = { slug, ...(await columnsOf(tx, fields)), updated_at: now() }
    const columns = Object.keys(values)
    const { lastInsertRowid } = await tx.execute({
      sql: `INSERT INTO films (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      args: Object.values(values),
    })
    return {
      before: null,
      after: await finish(tx, Number(lastInsertRowid), 'published', 'Added to the archive'),
    }
  })
}

export async function filmById(id: number, tx?: Transaction): Promise<Film | null> {
  return (await row<Film>(`${SELECT_FILM} WHERE f.id = ?`, [id], tx)) ?? null
}

/** The part that every save shares: the search index and the log of changes follow the film. */
async function finish(tx: Transaction, id: number, kind: 'edited' | 'published', summary: string) {
  const film = await filmById(id, tx)
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

async function columnsOf(tx: Transaction, fields: Partial<FilmFields>) {
  const columns: Record<string, string | number | null> = {}
  for (const [field, value] of Object.entries(fields)) {
    if (field === 'director') columns.director_id = await directorId(tx, fields.director ?? null)
    else columns[FILM_COLUMNS[field as keyof typeof FILM_COLUMNS]] = value
  }
  return columns
}

/** The director of that name, entered if the archive has none yet. */
async function directorId(tx: Transaction, name: string | null): Promise<number | null> {
  if (name === null) return null
  const existing = await row<{ id: number }>('SELECT id FROM directors WHERE name = ?', [name], tx)
  if (existing) return existing.id
  const slugs = await rows<{ slug: string }>('SELECT slug FROM directors', [], tx)
  const taken = new Set(slugs.map(({ slug }) => slug))
  const added = await tx.execute({
    sql: 'INSERT INTO directors (slug, name) VALUES (?, ?)',
    args: [uniqueSlug(name, (candidate) => taken.has(candidate)), name],
  })
  return Number(added.lastInsertRowid)
}

const now = () => new Date().toISOString()
