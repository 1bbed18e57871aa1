import type { Limits } from '../../lib/core/engine.ts'
import type { Entry, Token } from '../../lib/core/fragmentStore.ts'
import { type RedisStoreOptions, redisStore } from '../../lib/redis/redisStore.ts'
import { commitEntry, fetchToken } from './commitEntry.ts'
import { createSite, register } from './fakeSite.ts'

export interface OtherSiteSetting {
  readonly port: number
  readonly options: RedisStoreOptions
  readonly limits?: Partial<Limits>
}

/** A site in another process, for a test. Arguments and results are copied between the processes. */
export function createOtherSite({ port, options, limits }: OtherSiteSetting) {
  const store = redisStore({ host: '127.0.0.1', port }, options)
  const site = createSite({ ...limits, clock: { now: () => performance.now(), advance() {} }, store })
  return {
    /** Serves a fragment. Resolves with its output and its report. */
    async show(name: string, text: string, object: string, times: Lifetime = {}) {
      const children = () => {
        register(object)
        return [text]
      }
      const { value, report } = await site.request().serve(name, children, times)
      return { value, ...(await report) }
    },
    expire: (...objects: string[]) => site.expire(...objects),
    token: () => fetchToken(store),
    commitEntry: (key: string, fields: Partial<Entry>) => commitEntry(store, key, fields),
    lease: (key: string, current: Token, milliseconds: number) =>
      store.lease(key, { requiredToken: current, wasMiss: false }, milliseconds),
    time: async () => Date.now(),
  }
}

export interface Lifetime {
  readonly ttl?: number
  readonly swr?: number
}

export type OtherSite = ReturnType<typeof createOtherSite>
