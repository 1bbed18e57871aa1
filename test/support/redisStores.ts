import type { Redis } from 'ioredis'
import { afterAll, beforeAll } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { createRedisKeys, type RedisKeys } from '../../lib/redis/redisKeys.ts'
import { type RedisStoreOptions, redisStore } from '../../lib/redis/redisStore.ts'
import type { FakeClock } from './fakeClock.ts'
import { type RedisServer, type RedisServerOptions, startRedis } from './redisServer.ts'

/** The real clock, for sites on a store whose clock cannot be set. */
export const realClock: FakeClock = { now: () => performance.now(), advance() {} }

/** Milliseconds. On a busy machine a reply may take long without a fault. */
const PATIENT = 60_000

export interface RedisSite {
  readonly keys: RedisKeys
  /** Opens a store with its own connections, like another process. */
  open(options?: RedisStoreOptions, port?: number): FragmentStore
  close(): Promise<void>
}

export interface RedisForTests {
  readonly server: RedisServer
  /** For checks of stored values, and for the actions of other programs. */
  readonly client: Redis
  /** Creates a site with its own keys on the server of the file. */
  site(options?: RedisStoreOptions): RedisSite
}

let sites = 0

/** Starts one server for all tests of a file. */
export function redisForFile(options?: RedisServerOptions): RedisForTests {
  let server: RedisServer
  const opened: RedisSite[] = []
  beforeAll(async () => {
    server = await startRedis(options)
  })
  afterAll(async () => {
    await Promise.all(opened.map((site) => site.close()))
    await server?.stop()
  })
  return {
    get server() {
      return server
    },
    get client() {
      return server.client
    },
    site: (defaults) => {
      const site = siteOn(() => server.port, defaults)
      opened.push(site)
      return site
    },
  }
}

/** Creates a site with its own namespace on a server. */
export function siteOn(port: () => number, defaults: RedisStoreOptions = {}): RedisSite {
  const namespace = `site${++sites}`
  const prefixes = { namespace, objectPrefix: `${namespace}:obj:`, reversePrefix: `${namespace}:sobj:` }
  const stores: FragmentStore[] = []
  return {
    keys: createRedisKeys({ ...prefixes, ...defaults }),
    open(options = {}, through = port()) {
      // An options object, because all stores with one URL in a process are the same store.
      const target = { host: '127.0.0.1', port: through }
      const store = redisStore(target, { ...prefixes, timeout: PATIENT, ...defaults, ...options })
      stores.push(store)
      return store
    },
    async close() {
      await Promise.all(stores.splice(0).map((store) => store.close()))
    },
  }
}
