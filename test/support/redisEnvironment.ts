import { expect, vi } from 'vitest'
import { newId, type Site } from './nextSite.ts'
import { type RedisServer, startRedis } from './redisServer.ts'

const USER = 'press'
export const PASSWORD = 'word-that-must-not-be-printed'
export const SECRET = 'seal-that-must-not-be-printed'

/** Tests use the default user of the server. Sites must authenticate as the user of `redisEnvironment`. */
export function startRedisWithUser(options: { port?: number } = {}): Promise<RedisServer> {
  return startRedis({ ...options, args: ['--user', USER, 'on', `>${PASSWORD}`, '~*', '&*', '+@all'] })
}

/** The environment that connects a site with Redis. */
export function redisEnvironment(port: number, { password = PASSWORD } = {}): Record<string, string> {
  return {
    CONTENT_CACHE_REDIS_URL: `redis://${USER}:${password}@127.0.0.1:${port}`,
    CONTENT_CACHE_SECRET: SECRET,
    LOG_STORE_ERRORS: '1',
  }
}

export function expectNoSecrets(log: string): void {
  expect(log).not.toContain(PASSWORD)
  expect(log).not.toContain(SECRET)
}

/** On a busy machine the first page may not wait for the connection, and is rendered uncached. */
export async function waitForConnection(site: Site): Promise<void> {
  const fills = async () => {
    const id = newId()
    await site.get(`/item/${id}`)
    expect(await site.count(`commit item["${id}/a"] committed`)).toBe(1)
  }
  await vi.waitFor(fills, { timeout: 30_000, interval: 50 })
}
