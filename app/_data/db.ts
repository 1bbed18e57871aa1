import { existsSync } from 'node:fs'
import { type Client, createClient, type InArgs, type Transaction } from '@libsql/client'

/**
 * One database handle for the whole process. Next bundles pages, route handlers and Server Actions
 * apart, so a variable of this module would exist once for each of them.
 */
const handle = Symbol.for('film-desk.db')
const shared = globalThis as typeof globalThis & { [handle]?: Client }

export function db(): Client {
  shared[handle] ??= open(process.env.FILMS_DB || 'data/films.db')
  return shared[handle]
}

/** SQLite would make an empty database of a missing one, and then miss its tables. */
function open(file: string): Client {
  if (!existsSync(/* turbopackIgnore: true */ file)) {
    throw new Error(`There is no database at ${file}. Make it with: node scripts/import-films.mjs`)
  }
  return createClient({ url: `file:${file}`, timeout: 5_000 })
}

/** All rows of a SELECT. `Row` is what the statement is known to return; SQLite does not tell. */
export async function rows<Row>(
  sql: string,
  args: InArgs = [],
  on: Client | Transaction = db(),
): Promise<Row[]> {
  const result = await on.execute({ sql, args })
  // The driver's rows are also arrays of their columns; a plain object is what the rest expects.
  return result.rows.map((record) => ({ ...record })) as unknown as Row[]
}

export async function row<Row>(sql: string, args: InArgs = [], on?: Client | Transaction) {
  return (await rows<Row>(sql, args, on))[0]
}

/** Runs `work` in one write transaction: all of it is saved, or, when it throws, nothing. */
export async function transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
  const tx = await db().transaction('write')
  try {
    const result = await work(tx)
    await tx.commit()
    return result
  } finally {
    tx.close()
  }
}
