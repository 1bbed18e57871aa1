import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createRebuildSignature } from '../../lib/core/rebuildSignature.ts'
import { createWorker, type Worker } from '../../lib/worker/createWorker.ts'
import type { WorkerEvent } from '../../lib/worker/workerEvent.ts'
import { newId, REBUILD_SECRET as SECRET, type Site, start } from '../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { type DjangoProject, startDjango } from './django/djangoProject.ts'
import { type RailsProject, startRails } from './rails/railsProject.ts'

// A real Next, its worker, a Django and a Rails site, on one Redis.

const WAIT = { timeout: 30_000, interval: 10 }

let workspace: Workspace
let redis: RedisServer
let site: Site
let worker: Worker
let django: DjangoProject
let rails: RailsProject
let events: WorkerEvent[] = []

beforeAll(async () => {
  workspace = await createWorkspace()
  redis = await startRedis()
  const env = {
    CONTENT_CACHE_REDIS_URL: redis.url,
    CONTENT_CACHE_CONSISTENCY: 'strict',
    LOG_STORE_ERRORS: '1',
  }
  // The build that other files of this project serve.
  site = await start(await workspace.newBuiltSite({ standalone: true }), { env })
  worker = createWorker({
    redis: redis.url,
    site: site.origin,
    secret: SECRET,
    // Time for the site to read the log, also on a busy machine. Until then Next answers with the old prerendered page.
    debounce: 300,
    minInterval: 0,
    onEvent: (event) => void events.push(event),
  })
  worker.run()
  django = await startDjango({ redisUrl: redis.url })
  rails = await startRails({ redisUrl: redis.url, namespace: 'cc' })
})

afterAll(async () => {
  await worker?.stop()
  await django?.stop()
  await rails?.stop()
  await site?.stop()
  await redis?.stop()
  workspace?.dispose()
})

async function waitForRebuild(route: string, times = 1) {
  await vi.waitFor(() => {
    const done = events.filter(
      (event) => event.type === 'rebuilt' && event.route === route && !event.requeued,
    )
    expect(done.length).toBeGreaterThanOrEqual(times)
  }, WAIT)
}

/** Requests a story, and waits until its fragments are stored. */
async function showStory(path = '', id = newId()): Promise<{ id: string; route: string; obj: string }> {
  const route = `/story/${id}${path}`
  await site.get(route)
  await site.stored(`front["${id}","${/page=(\d+)/.exec(path)?.[1] ?? '1'}"]`)
  events = []
  return { id, route, obj: `news/story:${id}` }
}

/** Returns a function that counts an outcome of the story's fragments since this call. */
async function startCounting(id: string) {
  const before = (await site.send({})).eventLog
  return async (outcome: string) => {
    const { eventLog } = await site.send({})
    const entries = Object.keys(eventLog).filter(
      (entry) => entry.startsWith(`${outcome} `) && entry.includes(`"${id}"`),
    )
    return entries.reduce((sum, entry) => sum + (eventLog[entry] ?? 0) - (before[entry] ?? 0), 0)
  }
}

describe('after an edit is published', () => {
  it('a rebuild renders only the fragments of the object, before a reader comes', async () => {
    const { id, route, obj } = await showStory()
    await site.send({ write: { [obj]: 'second edition' }, publish: { key: obj, action: 'save' } })
    await waitForRebuild(route)
    const count = await startCounting(id)
    expect((await site.get(route)).text).toContain(`${obj}=second edition`)
    expect(await count('hit')).toBe(1)
    expect(await count('miss')).toBe(0)
    expect(await site.count(`render story ${obj}`)).toBe(2)
    expect(await site.count(`render story news/aside:${id}`)).toBe(1)
  })

  it('every page with the object is rebuilt, each with its search params', async () => {
    const { id, obj } = await showStory('?page=2&token=s3cret')
    const route = `/story/${id}?page=2`
    await site.get(`/story/${id}`)
    await site.stored(`front["${id}","1"]`)
    await site.send({ write: { [obj]: 'second edition' }, publish: { key: obj, action: 'save' } })
    await waitForRebuild(route)
    await waitForRebuild(`/story/${id}`)
    const count = await startCounting(id)
    for (const path of [route, `/story/${id}`])
      expect((await site.get(path)).text).toContain('=second edition')
    expect(await count('miss')).toBe(0)
    expect(await count('stale')).toBe(0)
  })

  it('readers get the old copy without waiting until the new one is stored', async () => {
    const { id, route, obj } = await showStory()
    const count = await startCounting(id)
    await site.send({ hold: obj, write: { [obj]: 'second edition' }, publish: { key: obj, action: 'save' } })
    // The worker's request has begun to render, and waits for its data.
    await site.send({ noted: `wait ${obj}` })
    const pages = await Promise.all(Array.from({ length: 10 }, () => site.get(route)))
    for (const { text } of pages) expect(text).toContain(`${obj}=1`)
    await site.send({ release: obj })
    await waitForRebuild(route)
    expect((await site.get(route)).text).toContain(`${obj}=second edition`)
    // The worker rendered once, and no reader joined its render.
    expect(await site.count(`render story ${obj}`)).toBe(2)
    expect(await count('hit')).toBeGreaterThanOrEqual(1)
  })

  it('unpublished content is gone at once, and its page is rebuilt without it', async () => {
    const { id, route, obj } = await showStory()
    await site.send({ write: { [obj]: null }, publish: { key: obj, action: 'unpublish' } })
    await waitForRebuild(route)
    const count = await startCounting(id)
    expect((await site.get(route)).text).toContain(`${obj}=null`)
    expect(await count('hit')).toBe(1)
  })

  it('a page is rebuilt again when another edit overtakes its rebuild', async () => {
    const { id, route, obj } = await showStory()
    await site.send({ hold: obj, publish: { key: obj, action: 'unpublish' } })
    await site.send({ noted: `wait ${obj}` })
    // This edit sends no message, and no stored fragment leads to the page any more.
    await site.send({ write: { [obj]: 'second edition' }, expire: obj, release: obj })
    await waitForRebuild(route)
    const count = await startCounting(id)
    expect((await site.get(route)).text).toContain(`${obj}=second edition`)
    expect(await count('hit')).toBe(1)
    expect(await count('miss')).toBe(0)
  })

  it('a prerendered page is rebuilt, and the next reader gets the new one', async () => {
    // The build rendered the page without a Redis. Its fragments are in the index after the next render.
    await vi.waitFor(async () => {
      expect((await site.get('/static/hit')).headers.get('x-nextjs-cache')).toBe('HIT')
      expect(await redis.client.exists('obj:hit/a')).toBe(1)
    }, WAIT)
    events = []
    await site.send({ write: { 'hit/a': 'second edition' }, publish: { key: 'hit/a', action: 'save' } })
    await waitForRebuild('/static/hit')
    expect((await site.get('/static/hit')).text).toContain('hit/a=second edition')
  })
})

describe('a rebuild request with an invalid header', () => {
  it.each([
    ['unsigned', () => 'v1.abc.def.ghi'],
    ['unsigned', () => createRebuildSignature('a secret that the site does not have', Date.now())],
    ['expired', () => createRebuildSignature(SECRET, Date.now() - 600_000)],
  ])('a rebuild request that is %s is served as any other request', async (reason, header) => {
    const { route, obj } = await showStory()
    await site.send({ write: { [obj]: 'second edition' }, refresh: obj })
    const { text } = await site.get(route, { headers: { 'x-content-cache-rebuild': header() } })
    expect(text).toContain(`${obj}=1`)
    expect(await site.count(`rebuild refused ${route} ${reason}`)).toBe(1)
  })

  it('a rebuild request that is repeated is served as any other request', async () => {
    const { route, obj } = await showStory()
    const headers = { 'x-content-cache-rebuild': createRebuildSignature(SECRET, Date.now()) }
    await site.send({ write: { [obj]: '2' }, refresh: obj })
    expect((await site.get(route, { headers })).text).toContain(`${obj}=2`)
    await site.send({ write: { [obj]: '3' }, refresh: obj })
    expect((await site.get(route, { headers })).text).toContain(`${obj}=2`)
    expect(await site.count(`rebuild refused ${route} repeated`)).toBe(1)
  })
})

describe.each(['Django', 'Rails'] as const)('%s and React', (program) => {
  const getProgram = () =>
    program === 'Django'
      ? {
          save: (id: number, headline: string, more = {}) =>
            django.call('saveStory', { id, headline, ...more }),
          remove: (id: number) => django.call('deleteStory', { id }),
          /** Renders a front page with a teaser for each story. Parts that are rendered now contain `stamp`. */
          renderFront: (ids: readonly number[], stamp: string) =>
            django.call<string>('renderTemplate', {
              name: 'news/front.html',
              context: { edition: ids[0], n: stamp, stories: { $stories: ids } },
            }),
          cacheRead: (id: string) => django.call<string | null>('cacheGet', { key: id }),
        }
      : {
          save: (id: number, headline: string, more = {}) =>
            rails.call('saveStory', { id, headline, ...more }),
          remove: (id: number) => rails.call('deleteStory', { id }),
          renderFront: (ids: readonly number[], stamp: string) =>
            rails.call<string>('renderTemplate', { name: 'front', assigns: { edition: ids[0], ids, stamp } }),
          cacheRead: (id: string) => rails.call<string | null>('cacheRead', { key: `rails:${id}` }),
        }
  let ids = program === 'Django' ? 1_000 : 2_000
  const newStory = () => ++ids

  it('a save in the other program expires and rebuilds a React fragment', async () => {
    const id = newStory()
    const { route, obj } = await showStory('', String(id))
    await site.send({ write: { [obj]: 'second edition' } })
    await getProgram().save(id, 'second edition')
    await waitForRebuild(route)
    const count = await startCounting(String(id))
    expect((await site.get(route)).text).toContain(`${obj}=second edition`)
    expect(await count('hit')).toBe(1)
    expect(await count('miss')).toBe(0)
    expect(await site.count(`render story news/aside:${id}`)).toBe(1)
  })

  it('a deletion in the other program expires and rebuilds a React fragment', async () => {
    const id = newStory()
    await getProgram().save(id, 'first edition')
    // The worker's expiry for this save would refuse a fragment that is being rendered.
    await vi.waitFor(() => expect(JSON.stringify(events)).toContain(`"news/story:${id}"`), WAIT)
    const { route, obj } = await showStory('', String(id))
    await site.send({ write: { [obj]: null } })
    await getProgram().remove(id)
    await waitForRebuild(route)
    expect((await site.get(route)).text).toContain(`${obj}=null`)
  })

  it('a rolled back save in the other program does nothing in React', async () => {
    const id = newStory()
    const { route, obj } = await showStory('', String(id))
    await getProgram().save(id, 'never', { rollback: true })
    const count = await startCounting(String(id))
    expect((await site.get(route)).text).toContain(`${obj}=1`)
    expect(await count('hit')).toBe(1)
  })

  it('expireObj in React empties nested caches of the other program, and no others', async () => {
    const [one, other] = [newStory(), newStory()]
    for (const id of [one, other]) await getProgram().save(id, `story ${id}`)
    // The saves have just expired the stories, and a page that read before is not stored. Repeat until it is.
    let attempt = 0
    await vi.waitFor(async () => {
      const html = await getProgram().renderFront([one, other], `attempt${++attempt}`)
      expect(await getProgram().renderFront([one, other], 'again')).toBe(html)
    }, WAIT)
    expect((await site.send({ expire: `news/story:${one}` })).expired).toBe(2)
    const front = await getProgram().renderFront([one, other], 'second')
    // The page and the expired story, but not the other story.
    expect(front.match(/second/g)).toHaveLength(2)
    expect(front.match(/attempt\d+|again/g)).toHaveLength(1)
  })

  it("the other program's cache returns a React export until it is expired", async () => {
    const id = newId()
    await site.get(`/exported/${id}`)
    await vi.waitFor(
      async () => expect(await getProgram().cacheRead(id)).toContain(`<h3>Head 1 of ${id}</h3>`),
      WAIT,
    )
    expect(await getProgram().cacheRead(id)).toMatch(
      /^<section>.*<p>Part 1 &amp; <em>more<\/em>.*<\/section>$/,
    )
    await site.send({ expire: `${id}/part` })
    expect(await getProgram().cacheRead(id)).toBeNull()
  })
})

it('the secret is in no log', () => {
  expect(site.log()).not.toContain(SECRET)
  expect(JSON.stringify(events)).not.toContain(SECRET)
})
