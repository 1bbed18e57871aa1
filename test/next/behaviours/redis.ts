import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { redisStore } from '../../../lib/redis/redisStore.ts'
import { newId, type Site } from '../../support/nextSite.ts'
import { submit } from './pages.ts'

/** Processes of one build on one Redis; `strict` runs in strict mode. */
export interface Places {
  readonly a: Site
  readonly b: Site
  readonly strict: Site
  readonly redis: Redis
}

const ROUNDS = 10
/** Milliseconds without news from Redis after which copies are no longer served. So they never lag by more. */
const MAX_LAG_MS = 1000

/** Behaviours of every build, because each bundler treats the client of Redis in its own way. */
export function describeSharedStore(places: () => Places) {
  it('a fragment stored by one process is served by another', async () => {
    const { a, strict } = places()
    const id = newId()
    await a.get(`/doll/${id}`)
    await a.stored(`doll["${id}"]`)
    const { html, text } = await strict.get(`/doll/${id}`)
    for (const content of ['head=1', 'a=1', 'b=1', 'c=1']) expect(text).toContain(`${id}/${content}`)
    expect(html).toContain(`<button type="button">${id}/a clicked 0 times</button>`)
    const { eventLog } = await strict.send({})
    expect(eventLog[`hit doll["${id}"]`]).toBe(1)
    expect(eventLog[`render doll ${id}`]).toBeUndefined()
    expect(eventLog[`render item ${id}/a`]).toBeUndefined()
  })

  it('an expiry by a route handler shows at once in a strict process', async () => {
    const { a, strict } = places()
    const id = newId()
    for (let round = 1; round <= ROUNDS; round++) {
      await waitForCopies(strict, `/item/${id}`)
      await write(places(), `${id}/a`, `${round}.`)
      await a.send({ expire: `${id}/a` })
      expect((await strict.get(`/item/${id}`)).text).toContain(`${id}/a=${round}.`)
    }
  })

  it('an expiry by a Server Action shows at once in a strict process', async () => {
    const { a, strict } = places()
    const id = newId()
    await waitForCopies(strict, `/editor/${id}`)
    await write(places(), `${id}/a`, 'second edition')
    await submit(a, `/editor/${id}`, await a.get(`/editor/${id}`), 'second edition')
    expect((await strict.get(`/editor/${id}`)).text).toContain(`${id}/a=second edition`)
  })
}

/** How soon the copies of a process follow an expiry. */
export function describeLocalCopies(places: () => Places) {
  it('an expiry by a route handler shows elsewhere within milliseconds', async ({ annotate }) => {
    const { a, b } = places()
    const id = newId()
    const lags: number[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      await waitForCopies(b, `/item/${id}`)
      await write(places(), `${id}/a`, `${round}.`)
      await a.send({ expire: `${id}/a` })
      lags.push(await measureLag(b, `/item/${id}`, `${id}/a=${round}.`))
    }
    await annotate(`Milliseconds until it was seen: ${lags.map(Math.ceil).join(' ')}`)
    expect(Math.max(...lags)).toBeLessThan(MAX_LAG_MS)
  })

  it('an expiry by a Server Action shows elsewhere within milliseconds', async () => {
    const { a, b } = places()
    const id = newId()
    await waitForCopies(b, `/editor/${id}`)
    await write(places(), `${id}/a`, 'second edition')
    await submit(a, `/editor/${id}`, await a.get(`/editor/${id}`), 'second edition')
    expect(await measureLag(b, `/editor/${id}`, `${id}/a=second edition`)).toBeLessThan(MAX_LAG_MS)
  })

  it('local copies are dropped when another program deletes their fragment', async () => {
    const { a, b, strict, redis } = places()
    const id = newId()
    for (const site of [a, b, strict]) await waitForCopies(site, `/doll/${id}`)
    await write(places(), `${id}/a`, '2')

    const members = await redis.smembers(`obj:${id}/a`)
    expect(members).toHaveLength(2)
    expect(await redis.del(...members)).toBe(2)
    for (const site of [a, b, strict]) {
      expect(await measureLag(site, `/doll/${id}`, `${id}/a=2`)).toBeLessThan(MAX_LAG_MS)
    }
    const { eventLog } = await a.send({})
    expect(eventLog[`render item ${id}/b`]).toBe(1)
  })
}

/** Prerendered pages, which each process keeps for itself. */
export function describePrerenderedPages(places: () => Places) {
  describe('a prerendered page', () => {
    it('a prerendered page follows an expiry by another process', async () => {
      const { a, b } = places()
      expect((await b.get('/static/doll')).text).toContain('static/a=1')
      await write(places(), 'static/a', '2')
      await a.send({ expire: 'static/a' })
      expect(await measureLag(b, '/static/doll', 'static/a=2')).toBeLessThan(10 * MAX_LAG_MS)
      // Next keeps the page again.
      const renders = await b.count('render doll static')
      await b.get('/static/doll')
      expect(await b.count('render doll static')).toBe(renders)
    })

    it('a prerendered page follows an expiry by a program outside of Next', async () => {
      const { b, redis } = places()
      expect((await b.get('/static/doll')).text).toContain('static/b=1')
      await write(places(), 'static/b', '2')
      const { host, port } = redis.options
      const script = redisStore({ host: host as string, port: port as number })
      try {
        await script.expire(['static/b'])
      } finally {
        await script.close()
      }
      expect(await measureLag(b, '/static/doll', 'static/b=2')).toBeLessThan(10 * MAX_LAG_MS)
    })
  })
}

/** Fills across processes. */
export function describeSharedFills(places: () => Places) {
  describe('a fragment that both processes miss', () => {
    it('a fragment is rendered by the first process only, and shown by both (rule 17)', async () => {
      const { a, b } = places()
      const id = newId()
      await a.send({ hold: `${id}/a` })
      const leader = a.get(`/item/${id}`)
      await a.send({ noted: `wait ${id}/a` })
      const waiter = b.get(`/item/${id}`)
      await b.send({ noted: `miss item["${id}/a"] absent` })
      await a.send({ release: `${id}/a` })
      for (const { text } of await Promise.all([leader, waiter])) expect(text).toContain(`${id}/a=1`)
      expect(await a.count(`render item ${id}/a`)).toBe(1)
      expect(await b.count(`render item ${id}/a`)).toBe(0)
    })

    it('a fragment is rendered once for many requests at once', async () => {
      const { a, b } = places()
      const id = newId()
      for (const site of [a, b]) await site.send({ hold: `${id}/a` })
      const pages = [a, b, a, b, a, b, a, b].map((site) => site.get(`/item/${id}`))
      // Chance decides which process is first in Redis.
      for (const site of [a, b]) await site.send({ noted: `join item["${id}/a"]`, times: 3 })
      for (const site of [a, b]) await site.send({ release: `${id}/a` })
      for (const { text } of await Promise.all(pages)) expect(text).toContain(`${id}/a=1`)
      const renders = await Promise.all([a, b].map((site) => site.count(`render item ${id}/a`)))
      expect(renders.toSorted()).toEqual([0, 1])
    })

    it('a fragment is rendered again when an expiry comes between two requests', async () => {
      const { a, b } = places()
      const id = newId()
      await a.send({ hold: `${id}/a` })
      const early = a.get(`/item/${id}`)
      await a.send({ noted: `wait ${id}/a` })
      await write(places(), `${id}/a`, '2')
      await b.send({ expire: `${id}/a` })
      expect((await b.get(`/item/${id}`)).text).toContain(`${id}/a=2`)
      await a.send({ release: `${id}/a` })
      // It began before the change, and may show the old value.
      expect((await early).text).toContain(`${id}/a=1`)
      expect((await a.get(`/item/${id}`)).text).toContain(`${id}/a=2`)
    })
  })
}

/** Writes to all processes, because each has a database of its own. */
async function write({ a, b, strict }: Places, object: string, value: string): Promise<void> {
  for (const site of new Set([a, b, strict])) await site.send({ write: { [object]: value } })
}

/** Visits a page until all of its fragments come from local copies. */
async function waitForCopies(site: Site, path: string): Promise<void> {
  const hits = async () => {
    const { eventLog } = await site.send({})
    return { all: eventLog.hit ?? 0, local: eventLog['local hit'] ?? 0 }
  }
  const visit = async () => {
    const before = await hits()
    await site.get(path)
    const after = await hits()
    return after.local > before.local && after.local - before.local === after.all - before.all
  }
  await expect.poll(visit, { timeout: 30_000, interval: 5 }).toBe(true)
}

/** Returns the milliseconds until the start of a request that shows `text`. */
async function measureLag(site: Site, path: string, text: string): Promise<number> {
  const since = performance.now()
  for (;;) {
    const startedAt = performance.now()
    if ((await site.get(path)).text.includes(text)) return startedAt - since
    if (startedAt - since > 10 * MAX_LAG_MS) throw new Error(`${path} still does not show "${text}".`)
  }
}
