import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDeferred } from '../../lib/core/deferred.ts'

/** The data of a site, in the process of the test. */
export interface Cms {
  readonly url: string
  /** Changes the value of a key. `null` removes it, and the answer is then 404. */
  write(values: Record<string, string | null>): void
  /** How often the key was read. */
  count(key: string): number
  /**
   * Delays the answers for a key. They have the value of the moment of the request.
   *
   * @returns the number of delayed requests, and a function that ends the delay
   */
  hold(key: string): { waiting(): number; release(): void }
  /** Forgets all that was written. */
  reset(): void
  stop(): Promise<void>
}

/** Starts a CMS that has a value for every key, until a test writes others. */
export async function startCms(getFirstValue: (key: string) => string | null = () => '1'): Promise<Cms> {
  const written = new Map<string, string | null>()
  const counts = new Map<string, number>()
  const holds = new Map<string, { waiting: number; released: Promise<void> }>()

  const server = createServer(async (request, response) => {
    const key = decodeURIComponent(new URL(`http://cms${request.url}`).pathname.slice(1))
    counts.set(key, (counts.get(key) ?? 0) + 1)
    const value = written.has(key) ? written.get(key) : getFirstValue(key)
    const held = holds.get(key)
    if (held !== undefined) {
      held.waiting++
      await held.released
    }
    if (value === null || value === undefined) response.statusCode = 404
    response.end(value ?? 'missing')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    write(values) {
      for (const [key, value] of Object.entries(values)) written.set(key, value)
    },
    count: (key) => counts.get(key) ?? 0,
    hold(key) {
      const { promise, resolve } = createDeferred<void>()
      const held = { waiting: 0, released: promise }
      holds.set(key, held)
      return {
        waiting: () => held.waiting,
        release() {
          holds.delete(key)
          resolve()
        },
      }
    },
    reset() {
      written.clear()
      counts.clear()
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
