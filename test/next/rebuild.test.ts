import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DoctorReport } from '../../lib/cli/doctor/runDoctor.ts'
import { createRebuildSignature, REBUILD_HEADER } from '../../lib/core/rebuildSignature.ts'
import { createWorker } from '../../lib/worker/createWorker.ts'
import type { WorkerEvent } from '../../lib/worker/workerEvent.ts'
import { runCli } from '../cli/fakeTerminal.ts'
import { newId, REBUILD_SECRET, type Site, start } from '../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'
import { redisEnvironment, SECRET, startRedisWithUser } from '../support/redisEnvironment.ts'
import type { RedisServer } from '../support/redisServer.ts'
import type { FilmsCommand } from './films/app/control/route.ts'

// Two processes of a site whose pages and data are in Redis, and a worker that requests pages from one of them.

let workspace: Workspace
beforeAll(async () => {
  workspace = await createWorkspace('test/next/films')
})
afterAll(() => workspace?.dispose())

describe.each([
  ['a site', { cacheComponents: false }],
  ['a site with cacheComponents', { cacheComponents: true }],
])('%s', (_, options) => {
  let redis: RedisServer
  let a: Site
  let b: Site

  beforeAll(async () => {
    redis = await startRedisWithUser()
    const folder = await workspace.newBuiltSite(options)
    const env = redisEnvironment(redis.port)
    ;[a, b] = await Promise.all([start(folder, { ...options, env }), start(folder, { ...options, env })])
  })
  afterAll(async () => {
    await a?.stop()
    await b?.stop()
    await redis?.stop()
  })

  /** @returns how often the process has read each title */
  async function send(site: Site, command: FilmsCommand = {}): Promise<Record<string, number>> {
    const response = await fetch(`${site.origin}/control`, { method: 'POST', body: JSON.stringify(command) })
    expect(response.status).toBe(200)
    return (await response.json()) as Record<string, number>
  }

  /** @returns how often both processes have read a title for a part of the site */
  async function countReads(name: string): Promise<number> {
    const [inA, inB] = await Promise.all([send(a), send(b)])
    return (inA[name] ?? 0) + (inB[name] ?? 0)
  }

  /** Visits the page in both processes, and then writes another title. */
  async function visitAndWrite(path: string, id: string): Promise<void> {
    for (const site of [a, b]) expect((await site.get(path)).text).toContain(`${id}=first title`)
    for (const site of [a, b]) await send(site, { write: { [id]: 'second title' } })
  }

  const createOptions = (events: WorkerEvent[] = []) => ({
    redis: redis.url,
    site: a.origin,
    secret: REBUILD_SECRET,
    debounce: 0,
    minInterval: 0,
    onEvent: (event: WorkerEvent) => void events.push(event),
  })

  /** @returns the routes that were rebuilt */
  async function runWorkerOnce(): Promise<string[]> {
    const events: WorkerEvent[] = []
    const worker = createWorker(createOptions(events))
    await worker.runOnce()
    await worker.stop()
    expect(events.map(({ type }) => type)).not.toContain('rebuild-failed')
    return events.flatMap((event) => (event.type === 'rebuilt' ? [event.route] : []))
  }

  /** Expects the new title in the next answer of each process, without another read of it. */
  async function expectRebuilt(path: string, name: string, reads: number): Promise<void> {
    expect(await countReads(name)).toBe(reads)
    for (const site of [b, a]) expect((await site.get(path)).text).toContain(`${name}=second title`)
    expect(await countReads(name)).toBe(reads)
  }

  const publishToChannel = (key: string) =>
    redis.client.publish('content', JSON.stringify({ v: 1, key, action: 'save' }))

  it.each(['save', 'delete'] as const)(
    'a page is rebuilt once for all processes after "%s"',
    async (action) => {
      const id = newId()
      await visitAndWrite(`/films/${id}`, id)
      const reads = await countReads(`fragment ${id}`)
      await send(b, { publish: { key: `film:${id}`, action } })
      expect(await runWorkerOnce()).toEqual([`/films/${id}`])
      await expectRebuilt(`/films/${id}`, `fragment ${id}`, reads + 1)
    },
  )

  it('a page of the build is rebuilt once for all processes', async () => {
    await visitAndWrite('/films/built', 'built')
    const reads = await countReads('fragment built')
    await send(b, { publish: { key: 'film:built', action: 'save' } })
    expect(await runWorkerOnce()).toEqual(expect.arrayContaining(['/films/built']))
    await expectRebuilt('/films/built', 'fragment built', reads + 1)
  })

  it('a route handler of the build and its data are rebuilt for all processes', async () => {
    await visitAndWrite('/films/built/feed', 'built')
    await send(b, { publish: { key: 'next/tag:film-built', action: 'save' } })
    expect(await runWorkerOnce()).toEqual(['/films/built/feed'])
    await expectRebuilt('/films/built/feed', 'data built', 1)
  })

  it('a route handler and its data are rebuilt once for all processes', async () => {
    const id = newId()
    await visitAndWrite(`/films/${id}/feed`, id)
    const reads = await countReads(`data ${id}`)
    await send(b, { publish: { key: `next/tag:film-${id}`, action: 'save' } })
    expect(await runWorkerOnce()).toEqual([`/films/${id}/feed`])
    await expectRebuilt(`/films/${id}/feed`, `data ${id}`, reads + 1)
  })

  it('a message that is only on the channel has the page rebuilt', async () => {
    const id = newId()
    await visitAndWrite(`/films/${id}`, id)
    const reads = await countReads(`fragment ${id}`)
    const events: WorkerEvent[] = []
    const worker = createWorker(createOptions(events))
    const running = worker.run()
    const has = (type: WorkerEvent['type']) =>
      expect.poll(() => events.map((event) => event.type)).toContain(type)
    await has('ready')
    await publishToChannel(`film:${id}`)
    await has('rebuilt')
    await worker.stop()
    await running
    await expectRebuilt(`/films/${id}`, `fragment ${id}`, reads + 1)
  })

  it('a signed request for a refreshed page is answered with the fresh page', async () => {
    const id = newId()
    const path = `/films/${id}`
    await visitAndWrite(path, id)
    await send(b, { refresh: [`film:${id}`] })
    const headers = { [REBUILD_HEADER]: createRebuildSignature(REBUILD_SECRET, Date.now()) }
    expect((await a.get(path, { headers })).text).toContain(`${id}=second title`)
    expect((await b.get(path)).text).toContain(`${id}=second title`)
  })

  it('a request with a forged signature is answered with the refreshed page', async () => {
    const id = newId()
    const path = `/films/${id}`
    await visitAndWrite(path, id)
    await send(a, { refresh: [`film:${id}`] })
    const headers = { [REBUILD_HEADER]: createRebuildSignature(`not-${REBUILD_SECRET}`, Date.now()) }
    expect((await a.get(path, { headers })).text).toContain(`${id}=first title`)
  })

  if (options.cacheComponents) {
    it('a signed request waits for the refreshed data of a dynamic page', async () => {
      const id = newId()
      const path = `/summaries/${id}`
      await visitAndWrite(path, id)
      await send(b, { refresh: [`film:${id}`, `next/tag:film-${id}`] })
      const headers = { [REBUILD_HEADER]: createRebuildSignature(REBUILD_SECRET, Date.now()) }
      const { text } = await a.get(path, { headers })
      for (const name of ['summary', 'extract']) expect(text).toContain(`${name} ${id}=second title`)
    })

    it('a cached function of a dynamic page is rebuilt once for all processes', async () => {
      const id = newId()
      await visitAndWrite(`/summaries/${id}`, id)
      const reads = await countReads(`summary ${id}`)
      await send(b, { publish: { key: `film:${id}`, action: 'save' } })
      expect(await runWorkerOnce()).toEqual([`/summaries/${id}`])
      await expectRebuilt(`/summaries/${id}`, `summary ${id}`, reads + 1)
    })
  }

  const runCommand = (...args: string[]) =>
    runCli([...args, '--redis', redis.url], { env: { CONTENT_CACHE_SECRET: SECRET } })

  it('inspect lists the fragment, the page and the cached function of an object', async () => {
    const id = newId()
    await a.get(`/films/${id}`)
    if (options.cacheComponents) await a.get(`/summaries/${id}`)
    const { out } = await runCommand('inspect', `film:${id}`)
    expect(out).toMatch(/^fragments\n {4}"film"/m)
    expect(out).toContain(`pages\n    /films/${id}  "next/page"`)
    if (options.cacheComponents)
      expect(out).toContain(`cached functions\n    filled by /summaries/${id}  "next/use-cache"`)
    expect((await runCommand('inspect', `/films/${id}`)).out).toContain(`    film:${id}\n`)
  })

  it.each([
    ['--tag', (id: string) => `film-${id}`],
    ['--path', (id: string) => `/films/${id}/feed`],
  ])('expire %s makes all processes answer with new data', async (flag, getValue) => {
    const id = newId()
    const path = `/films/${id}/feed`
    await visitAndWrite(path, id)
    const { code, err } = await runCommand('expire', flag, getValue(id))
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const site of [a, b]) expect((await site.get(path)).text).toContain(`data ${id}=second title`)
  })

  it('doctor finds no fault in what the processes have stored', async () => {
    const { out } = await runCommand('doctor', '--json')
    const { index, findings } = JSON.parse(out) as DoctorReport
    const faults = findings.filter(
      ({ code }) => !['no-persistence', 'no-memory-limit', 'slow'].includes(code),
    )
    expect(faults).toEqual([])
    expect(index?.next).toMatchObject({ page: expect.any(Number), routeHandler: expect.any(Number) })
    expect(index?.next.page).toBeGreaterThan(5)
    expect(index?.next.routeHandler).toBeGreaterThan(1)
  })
})
