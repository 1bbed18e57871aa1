import { afterEach, beforeEach } from 'vitest'
import { type Connection, createConnection } from '../../lib/redis/connection/connection.ts'
import type { RedisStoreOptions } from '../../lib/redis/redisStore.ts'
import type { RedisForTests, RedisSite } from './redisStores.ts'
import { startProxy, type TcpProxy } from './tcpProxy.ts'

export interface ProxiedSite {
  /** Its stores connect to the server directly, unless they are opened with the port of the proxy. */
  readonly site: RedisSite
  readonly proxy: TcpProxy
  /** A connection through the proxy, opened at its first use. */
  readonly connection: Connection
}

/** Creates for each test a site, and a proxy with which the test disturbs the connection to the server. */
export function proxiedSite(redis: RedisForTests, defaults?: RedisStoreOptions): ProxiedSite {
  let site: RedisSite
  let proxy: TcpProxy
  let connection: Connection
  beforeEach(async () => {
    site = redis.site(defaults)
    proxy = await startProxy(redis.server.port)
    connection = createConnection(
      { host: '127.0.0.1', port: proxy.port },
      { timeout: 60_000, failures: 3, probeAfter: 50 },
    )
  })
  afterEach(async () => {
    proxy.release()
    await connection.close()
    await site.close()
    await proxy.close()
  })
  return {
    get site() {
      return site
    },
    get proxy() {
      return proxy
    },
    get connection() {
      return connection
    },
  }
}
