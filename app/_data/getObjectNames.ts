import { selectRows } from './db'

/** Returns readable names for keys such as `film:12`. */
export async function getObjectNames(keys: Iterable<string>): Promise<Map<string, string>> {
  const names = await selectRows<{ key: string; name: string }>(
    `SELECT 'film:' || id AS key, title AS name FROM films
       WHERE id IN (SELECT CAST(substr(value, 6) AS INTEGER) FROM json_each(?1) WHERE value GLOB 'film:[0-9]*')
     UNION ALL
     SELECT 'director:' || id, name FROM directors
       WHERE id IN (SELECT CAST(substr(value, 10) AS INTEGER) FROM json_each(?1) WHERE value GLOB 'director:[0-9]*')`,
    [JSON.stringify([...keys])],
  )
  return new Map(names.map(({ key, name }) => [key, name]))
}
