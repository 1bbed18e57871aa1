import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest'
import type { Entry, FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { commitEntry } from '../../support/commitEntry.ts'
import { type RedisServer, startRedis } from '../../support/redisServer.ts'
import { type RedisSite, siteOn } from '../../support/redisStores.ts'
import { type RailsProject, startRails } from './railsProject.ts'

export const WAIT = { timeout: 60_000, interval: 20 }
export const story = 'news/story:1'
export const other = 'news/story:2'

/** The stamps of the fragments in a page, outermost first: which of them were rendered when. */
export const stampsIn = (html: string) => [...html.matchAll(/=(s\d+)/g)].map((match) => match[1])

type Assigns = Readonly<Record<string, unknown>>

/** A Rails site, and the store of a Next site on the same Redis, which is empty before each test. */
export interface Newsdesk {
  readonly server: RedisServer
  /** To look at what is stored, and to do what other programs do. */
  readonly client: Redis
  readonly store: FragmentStore
  call: RailsProject['call']
  render(page: string, assigns?: Assigns): Promise<string>
  /** A page with a fragment around one for each story. */
  front(ids: readonly number[], assigns?: Assigns): Promise<string>
  save(fields?: Assigns): Promise<unknown>
  /** The names of the fragments of Rails that are stored, without what else belongs to their keys. */
  fragments(): Promise<string[]>
  keys(pattern: string): Promise<string[]>
  /** Shows until the fragments are stored: an expiry a few milliseconds ago still counts against what began then. */
  stored<T>(show: () => Promise<T>, names: readonly string[]): Promise<T>
  /** A fragment of React's, as {@link stored}. */
  keep(key: string, fields: Partial<Entry>): Promise<void>
  /** Waits until a render has come to the place. @returns what lets it go on */
  heldAt(place: string): Promise<() => Promise<unknown>>
  /** All in the stream. */
  messages(): Promise<Record<string, unknown>[]>
}

/** One for all tests of a file. */
export function newsdeskForFile(): Newsdesk {
  let server: RedisServer
  let rails: RailsProject
  let site: RedisSite
  let store: FragmentStore
  let stamps = 0

  beforeAll(async () => {
    server = await startRedis()
    rails = await startRails({ redisUrl: server.url, namespace: 'cc' })
    const names = { namespace: 'cc', objectPrefix: 'obj:', reversePrefix: 'sobj:' }
    site = siteOn(() => server.port, { ...names, local: false })
    store = site.open()
  })
  afterAll(async () => {
    await rails?.stop()
    await site?.close()
    await server?.stop()
  })
  beforeEach(async () => {
    await server.client.flushall()
  })

  const desk: Newsdesk = {
    get server() {
      return server
    },
    get client() {
      return server.client
    },
    get store() {
      return store
    },
    call: (command, args) => rails.call(command, args),
    render: (name, assigns) =>
      rails.call('renderTemplate', { name, assigns: { stamp: `s${++stamps}`, ...assigns } }),
    front: (ids, assigns) => desk.render('front', { ids, edition: 'morning', ...assigns }),
    save: (fields) => rails.call('saveStory', { id: 1, headline: 'Rain', ...fields }),
    async fragments() {
      const names = await desk.keys('cc:rails:*')
      return names.map((name) => JSON.parse(`${name.slice('cc:rails:'.length).split(',')[0]}]`)[0])
    },
    keys: async (pattern) => (await server.client.keys(pattern)).sort(),
    stored: (show, names) =>
      vi.waitFor(async () => {
        const shown = await show()
        expect(await desk.fragments()).toEqual(expect.arrayContaining([...names]))
        return shown
      }, WAIT),
    async keep(key, fields) {
      await vi.waitFor(async () => expect(await commitEntry(store, key, fields)).toBe('committed'), WAIT)
    },
    async heldAt(place) {
      const line = server.client.duplicate()
      await line.blpop(`held:${place}`, 60)
      line.disconnect()
      return () => server.client.rpush(`go:${place}`, 'on')
    },
    async messages() {
      const entries = await server.client.xrange('cc:messages', '-', '+')
      return entries.map(([, fields]) => JSON.parse(fields[1] ?? ''))
    },
  }
  return desk
}
