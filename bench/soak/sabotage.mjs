import { setInterval } from 'node:timers/promises'
import { createClient } from '@libsql/client'
import { Redis } from 'ioredis'
import { saveThroughApi } from './editor.mjs'

/**
 * Ways to break what the soak proves, so that one can see that it would notice. Each gets `{ database, redis }`
 * and returns how to save an edit, and how to end.
 */
export const sabotages = {
  none: async () => ({ save: saveThroughApi, end: async () => {} }),

  /** Edits reach the database, and nobody expires anything. */
  async expire({ database }) {
    const client = createClient({ url: `file:${database}`, timeout: 5000 })
    return {
      save: (_site, { id }, { title }) =>
        client.execute({ sql: 'UPDATE films SET title = ? WHERE id = ?', args: [title, id] }),
      end: async () => client.close(),
    }
  },

  /** Redis forgets which objects were expired, so fills that began before are not refused. */
  async fence({ redis }) {
    const client = new Redis(redis.url)
    const ended = new AbortController()
    const forgetting = (async () => {
      for await (const _ of setInterval(2, undefined, { signal: ended.signal })) await client.del('cc:fence')
    })().catch((error) => {
      if (error.name !== 'AbortError') throw error
    })
    return {
      save: saveThroughApi,
      async end() {
        ended.abort()
        await forgetting
        client.disconnect()
      },
    }
  },
}
