import { existsSync } from 'node:fs'
import { type Client, createClient, type InArgs, type Transaction } from '@libsql/client'

/**
 * Stores one database client for the whole process. Next bundles pages, route handlers and Server Actions
 * separately, so a module variable would exist once per bundle.
 */
const handle = Symbol.for('film-desk.db')
const shared = globalThis as typeof globalThis & { [handle]?: Client }

export function getDb(): Client {
  shared[handle] ??= openDatabase(process.env.FILMS_DB || 'data/films.db')
  return shared[handle]
}

/** Throws when the file is missing, because SQLite would create an empty database without tables. */
function openDatabase(file: string): Client {
  if (!existsSync(/* turbopackIgnore: true */ file)) {
    throw new Error(`There is no database at ${file}. Create it with: node scripts/import-films.mjs`)
  }
  return createClient({ url: `file:${file}`, timeout: 5_000 })
}

/** Returns all rows of a SELECT. The caller states their type as `Row`, because SQLite reports none. */
export async function selectRows<Row>(
  sql: string,
  args: InArgs = [],
  on: Client | Transaction = getDb(),
): Promise<Row[]> {
  const result = await on.execute({ sql, args })
  // The driver's rows are array-like; callers expect plain objects.
  return result.rows.map((record) => ({ ...record })) as unknown as Row[]
}

export async function selectRow<Row>(sql: string, args: InArgs = [], on?: Client | Transaction) {
  return (await selectRows<Row>(sql, args, on))[0]
}

/** Runs `work` in one write transaction, which is rolled back when `work` throws. */
export async function runTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
  const tx = await getDb().transaction('write')
  try {
    const result = await work(tx)
    await tx.commit()
    return result
  } finally {
    tx.close()
  }
}
