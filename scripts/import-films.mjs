/**
 * Imports the 3,201 films of vega-datasets into the embedded database of the demo site.
 *
 *   node scripts/import-films.mjs [--force]
 *
 * FILMS_DB is the path of the database (default data/films.db). A file that is up to date stays unchanged, with the
 * edits that were made on the site. With --force, another schema version or other source data it is built again.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createClient } from '@libsql/client'
import { createUniqueSlug } from '../app/_data/slug.mjs'
import { cleanFilm } from './import-films/clean.mjs'
import { SCHEMA, SCHEMA_VERSION } from './import-films/schema.mjs'

const root = resolve(import.meta.dirname, '..')
const file = resolve(root, process.env.FILMS_DB || 'data/films.db')
const source = readFileSync(resolve(root, 'node_modules/vega-datasets/data/movies.json'))
const stamp = `${SCHEMA_VERSION}:${createHash('sha256').update(source).digest('hex').slice(0, 16)}`

if (!process.argv.includes('--force') && (await readStamp()) === stamp) {
  console.log(`films: ${file} is up to date`)
} else {
  await buildDatabase()
}

async function readStamp() {
  if (!existsSync(file)) return null
  const db = createClient({ url: `file:${file}` })
  try {
    return (await db.execute("SELECT value FROM meta WHERE key = 'stamp'")).rows[0]?.value ?? null
  } catch {
    return null
  } finally {
    db.close()
  }
}

/** Builds the database in a temporary file and renames it, so that no reader opens an incomplete database. */
async function buildDatabase() {
  const temporaryFile = `${file}.${process.pid}.tmp`
  mkdirSync(dirname(file), { recursive: true })
  const db = createClient({ url: `file:${temporaryFile}` })
  try {
    await db.executeMultiple(SCHEMA)
    const count = await insertFilms(db)
    // The rename moves only the main file, so the checkpoint must move the whole WAL into it.
    await db.executeMultiple('ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);')
    db.close()
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true })
    renameSync(temporaryFile, file)
    console.log(`films: ${count} films in ${file}`)
  } finally {
    db.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(temporaryFile + suffix, { force: true })
  }
}

async function insertFilms(db) {
  const films = JSON.parse(source.toString('utf8')).map(cleanFilm)
  const directors = new Map()
  const slugs = { films: new Set(), directors: new Set() }
  const now = new Date().toISOString()
  const tx = await db.transaction('write')
  try {
    for (const [index, { director, year, ...film }] of films.entries()) {
      if (director !== null && !directors.has(director)) {
        const id = directors.size + 1
        await insert(tx, 'directors', { id, slug: reserveSlug(slugs.directors, director), name: director })
        directors.set(director, id)
      }
      const id = index + 1
      const director_id = directors.get(director) ?? null
      const slug = reserveSlug(slugs.films, film.title, year)
      await insert(tx, 'films', { id, slug, ...film, director_id, updated_at: now })
      await insert(tx, 'film_search', { rowid: id, title: film.title, director: director ?? '' })
      printProgress(id, films.length)
    }
    await insert(tx, 'meta', { key: 'stamp', value: stamp })
    await tx.commit()
  } finally {
    tx.close()
  }
  return films.length
}

function reserveSlug(usedSlugs, text, hint) {
  const slug = createUniqueSlug(text, (candidate) => usedSlugs.has(candidate), hint)
  usedSlugs.add(slug)
  return slug
}

function insert(tx, table, row) {
  const columns = Object.keys(row)
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  return tx.execute({ sql, args: Object.values(row) })
}

function printProgress(done, total) {
  if (!process.stdout.isTTY || (done % 100 !== 0 && done !== total)) return
  process.stdout.write(`\rfilms: ${done} of ${total}${done === total ? '\n' : ''}`)
}
