import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { type RedisSite, redisForFile } from '../../support/redisStores.ts'
import { type DjangoError, type DjangoProject, startDjango } from './djangoProject.ts'

export const names = { namespace: 'cc', objectPrefix: 'obj:', reversePrefix: 'sobj:' }

/** Returns the source of a cached block. */
export const block = (name: string, inner: string, timeout: string | number = 0) =>
  `{% cache_content ${timeout} "${name}" %}${inner}{% endcache_content %}`

export const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    ({ type, message, keys, code }: DjangoError) => ({ type, message, keys, code }),
  )

/** A Django site with the package, and the store of a Next site on the same Redis, which is empty before each test. */
export interface Newsdesk {
  /** Inspects Redis, and acts as another program. */
  readonly client: Redis
  readonly store: FragmentStore
  call: DjangoProject['call']
  render(template: string, context?: object): Promise<string>
  listCaches(pattern?: string): Promise<string[]>
}

/** Starts one newsdesk for all tests of a file. */
export function newsdeskForFile(): Newsdesk {
  const redis = redisForFile()
  let django: DjangoProject
  let site: RedisSite
  let store: FragmentStore

  beforeAll(async () => {
    django = await startDjango({ redisUrl: redis.server.url, contentCache: { TIMEOUT: 10 } })
  })
  afterAll(() => django?.stop())
  beforeEach(async () => {
    await redis.client.flushall()
    site = redis.site({ ...names, local: false })
    store = site.open()
  })
  afterEach(() => site.close())

  return {
    get client() {
      return redis.client
    },
    get store() {
      return store
    },
    call: (command, args) => django.call(command, args),
    render: (template, context = {}) => django.call<string>('renderString', { template, context }),
    listCaches: async (pattern = 'cc:django:*') => (await redis.client.keys(pattern)).sort(),
  }
}
