import type { Redis } from 'ioredis'
import { afterAll, beforeAll } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { createRedisKeys, type RedisKeys } from '../../lib/redis/redisKeys.ts'
import { type RedisStoreOptions, redisStore } from '../../lib/redis/redisStore.ts'
import type { FakeClock } from './fakeClock.ts'
import { type RedisServer, type RedisServerOptions, startRedis } from './redisServer.ts'

/** For sites on a store whose clock cannot be set: the time since a request began is what it really is. */
export const realClock: FakeClock = { now: () => performance.now(), advance() {} }

/** On a busy machine a reply may take long without anything being wrong. */
const PATIENT = 60_000

export interface RedisSite {
  readonly keys: RedisKeys
  /** A store with connections of its own, as another process has one. */
  open(options?: RedisStoreOptions, port?: number): FragmentStore
  close(): Promise<void>
}

export interface RedisForTests {
  readonly server: RedisServer
  /** To look at what is stored, and to do what other programs do. */
  readonly client: Redis
  /** Keys of its own on the server that the file shares. */
  site(options?: RedisStoreOptions): RedisSite
}

let sites = 0

/** One server for all tests of a file. */
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

/** A namespace on a server, and stores in it. */
export function siteOn(port: () => number, defaults: RedisStoreOptions = {}): RedisSite {
  const namespace = `site${++sites}`
  const prefixes = { namespace, objectPrefix: `${namespace}:obj:`, reversePrefix: `${namespace}:sobj:` }
  const stores: FragmentStore[] = []
  return {
    keys: createRedisKeys({ ...prefixes, ...defaults }),
    open(options = {}, through = port()) {
      // An options object, not a URL: one URL is one store in a process.
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
