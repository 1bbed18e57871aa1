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

/** Returns the stamps of the fragments in a page, outermost first. A stamp names the request that rendered. */
export const stampsIn = (html: string) => [...html.matchAll(/=(s\d+)/g)].map((match) => match[1])

type Assigns = Readonly<Record<string, unknown>>

/** A Rails site, and the store of a Next site on the same Redis, which is empty before each test. */
export interface Newsdesk {
  readonly server: RedisServer
  /** Inspects Redis, and acts as another program. */
  readonly client: Redis
  readonly store: FragmentStore
  call: RailsProject['call']
  render(page: string, assigns?: Assigns): Promise<string>
  /** Renders a page with an outer fragment and an inner one for each story. */
  renderFront(ids: readonly number[], assigns?: Assigns): Promise<string>
  save(fields?: Assigns): Promise<unknown>
  /** Lists the names of the stored fragments of Rails, without the rest of their keys. */
  listFragments(): Promise<string[]>
  findKeys(pattern: string): Promise<string[]>
  /** Repeats `show` until the fragments are stored, because an expiry a few milliseconds ago still refuses them. */
  showUntilStored<T>(show: () => Promise<T>, names: readonly string[]): Promise<T>
  /** Stores a fragment of React, with the same repetition. */
  storeFragment(key: string, fields: Partial<Entry>): Promise<void>
  /** Waits until a render has reached the place. @returns a function that lets the render continue */
  waitUntilHeld(place: string): Promise<() => Promise<unknown>>
  /** Reads all messages of the stream. */
  readMessages(): Promise<Record<string, unknown>[]>
}

/** Starts one newsdesk for all tests of a file. */
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
    renderFront: (ids, assigns) => desk.render('front', { ids, edition: 'morning', ...assigns }),
    save: (fields) => rails.call('saveStory', { id: 1, headline: 'Rain', ...fields }),
    async listFragments() {
      const names = await desk.findKeys('cc:rails:*')
      return names.map((name) => JSON.parse(`${name.slice('cc:rails:'.length).split(',')[0]}]`)[0])
    },
    findKeys: async (pattern) => (await server.client.keys(pattern)).sort(),
    showUntilStored: (show, names) =>
      vi.waitFor(async () => {
        const shown = await show()
        expect(await desk.listFragments()).toEqual(expect.arrayContaining([...names]))
        return shown
      }, WAIT),
    async storeFragment(key, fields) {
      await vi.waitFor(async () => expect(await commitEntry(store, key, fields)).toBe('committed'), WAIT)
    },
    async waitUntilHeld(place) {
      const connection = server.client.duplicate()
      await connection.blpop(`held:${place}`, 60)
      connection.disconnect()
      return () => server.client.rpush(`go:${place}`, 'on')
    },
    async readMessages() {
      const entries = await server.client.xrange('cc:messages', '-', '+')
      return entries.map(([, fields]) => JSON.parse(fields[1] ?? ''))
    },
  }
  return desk
}
