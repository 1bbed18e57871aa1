import { setInterval } from 'node:timers/promises'
import { createClient } from '@libsql/client'
import { Redis } from 'ioredis'
import { saveThroughApi } from './editor.mjs'

/**
 * Disables a guarantee, to show that the soak detects the failure. Each sabotage receives `{ database, redis }` and
 * returns `save`, which saves an edit, and `stop`.
 */
export const sabotages = {
  none: async () => ({ save: saveThroughApi, stop: async () => {} }),

  /** Writes edits to the database without expiring their objects. */
  async expire({ database }) {
    const client = createClient({ url: `file:${database}`, timeout: 5000 })
    return {
      save: (_site, { id }, { title }) =>
        client.execute({ sql: 'UPDATE films SET title = ? WHERE id = ?', args: [title, id] }),
      stop: async () => client.close(),
    }
  },

  /** Deletes the fence, so that Redis commits fills that began before an expiry. */
  async fence({ redis }) {
    const client = new Redis(redis.url)
    const controller = new AbortController()
    const deleting = (async () => {
      for await (const _ of setInterval(2, undefined, { signal: controller.signal }))
        await client.del('cc:fence')
    })().catch((error) => {
      if (error.name !== 'AbortError') throw error
    })
    return {
      save: saveThroughApi,
      async stop() {
        controller.abort()
        await deleting
        client.disconnect()
      },
    }
  },
}
