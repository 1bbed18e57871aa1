import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FragmentView } from '../../lib/cli/inspect/inspectFragment.ts'
import type { NameView } from '../../lib/cli/inspect/inspectName.ts'
import type { CacheView, ObjectView } from '../../lib/cli/inspect/inspectObject.ts'
import type { Stats } from '../../lib/cli/stats.ts'
import { createFragmentKey } from '../../lib/core/fragmentKey.ts'
import { fromNextTag } from '../../lib/next/toNextTag.ts'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { runCli, runJson } from './fakeTerminal.ts'
import { FILM } from './plantFragments.ts'

// The caches of Next are entries beside the fragments.

const createKey = (name: string, nextKey: string, build = 'b7') =>
  createFragmentKey({ name, vary: [nextKey], version: `next ${build}` })

const PAGE = createKey('next/page', '/films/1')
const OLDER_PAGE = createKey('next/page', '/films/1', 'b6')
const FEED = createKey('next/page', '/feed')
const DATA = createKey('next/data', 'a1')
const FUNCTION = createKey('next/use-cache', '["c0","1"]')
const MARKER = createKey('next/build', 'seeded')
const ALL = [FILM, PAGE, FEED, DATA, FUNCTION, MARKER]

const ofPath = (path: string) => fromNextTag(`_N_T_${path}`)

let server: RedisServer
let redis: Redis
beforeAll(async () => {
  server = await startRedis()
  redis = server.client
})
afterAll(() => server.stop())
beforeEach(async () => {
  await redis.flushall()
  await plant([
    [FILM, { name: 'film', route: '/films/1', dependencies: ['film:1'] }],
    [PAGE, { name: 'next/page', route: '/films/1', dependencies: ['film:1', ofPath('/films/1')] }],
    [FEED, { name: 'next/route', route: '/feed', dependencies: [fromNextTag('feeds'), ofPath('/feed')] }],
    [DATA, { name: 'next/data', route: '/feed', dependencies: [fromNextTag('feeds'), 'film:1'] }],
    [FUNCTION, { name: 'next/use-cache', route: '/films/1', dependencies: ['film:1'] }],
    [MARKER, { name: 'next/build' }],
  ])
})

type Planted = [key: string, fields: Parameters<typeof commitEntry>[2]]

async function plant(entries: readonly Planted[]): Promise<void> {
  const store = redisStore(redis, { local: false, timeout: 5_000 })
  for (const [key, fields] of entries) expect(await commitEntry(store, key, fields)).toBe('committed')
  await store.close()
}

async function readStored(): Promise<string[]> {
  const store = redisStore(redis, { local: false })
  const keys = await filterStored(store, ALL)
  await store.close()
  return keys
}

const runAsJson = async <T>(...args: string[]) => (await runJson<T>([...args, '--redis', server.url])).data
const runText = (...args: string[]) => runCli([...args, '--redis', server.url])
const readSize = (key: string) => redis.strlen(`cc:frag:${key}`)

describe('stats', () => {
  it('stats counts fragments, pages, route handlers, data and cached functions apart', async () => {
    const { fragments, bytes, dependencies, names, next, oldest } = await runAsJson<Stats>('stats')
    expect({ fragments, bytes, dependencies }).toEqual({
      fragments: 1,
      bytes: await readSize(FILM),
      dependencies: 1,
    })
    expect(names.map(({ name }) => name)).toEqual(['film'])
    expect(oldest?.key).toBe(FILM)
    expect(next).toEqual({
      page: { entries: 1, bytes: await readSize(PAGE), dependencies: 2 },
      routeHandler: { entries: 1, bytes: await readSize(FEED), dependencies: 2 },
      data: { entries: 1, bytes: await readSize(DATA), dependencies: 2 },
      cachedFunction: { entries: 1, bytes: await readSize(FUNCTION), dependencies: 1 },
    })
  })

  it('stats prints a line for each kind that is stored', async () => {
    const { out } = await runText('stats')
    for (const label of ['fragments', 'pages', 'route handlers', 'data', 'cached functions'])
      expect(out).toMatch(new RegExp(`^${label} +1, \\d+ B, \\d dependenc`, 'm'))
    expect(out).not.toContain('next/')
    await runText('expire', 'film:1')
    expect((await runText('stats')).out).not.toContain('cached functions')
  })

  it('stats counts a page that cannot be read as a page', async () => {
    await redis.set(`cc:frag:${PAGE}`, 'hello')
    expect(await runAsJson<Stats>('stats')).toMatchObject({
      fragments: 1,
      next: { page: { entries: 1, bytes: 5, dependencies: 0 } },
    })
  })
})

describe('inspect', () => {
  it('inspect of an object tells the kind and the route of each cache', async () => {
    const { caches } = await runAsJson<ObjectView>('inspect', 'film:1')
    const kinds = Object.fromEntries(caches.map(({ fragment, kind, route }) => [fragment, [kind, route]]))
    expect(kinds).toEqual({
      [FILM]: ['fragment', '/films/1'],
      [PAGE]: ['page', '/films/1'],
      [DATA]: ['data', '/feed'],
      [FUNCTION]: ['cachedFunction', '/films/1'],
    })
  })

  it('inspect of an object groups its fragments, pages, data and cached functions', async () => {
    const { out } = await runText('inspect', 'film:1')
    expect(out.slice(out.indexOf('shown by'))).toBe(
      [
        'shown by     4 caches',
        'fragments',
        `    ${FILM}`,
        'pages',
        `    /films/1  ${PAGE}`,
        'data',
        `    filled by /feed  ${DATA}`,
        'cached functions',
        `    filled by /films/1  ${FUNCTION}`,
        '',
      ].join('\n'),
    )
  })

  it('inspect of a tag of Next lists the route handlers that show it', async () => {
    const { out } = await runText('inspect', 'next/tag:feeds')
    expect(out).toContain(`route handlers\n    /feed  ${FEED}\n`)
  })

  it('inspect lists the pages of an object behind more fragments than the limit', async () => {
    const store = redisStore(redis, { local: false })
    for (let id = 0; id < 1_000; id++)
      await commitEntry(store, `"teaser"@"b7"[${id}]`, { name: 'teaser', dependencies: ['film:1'] })
    await store.close()
    const { caches } = await runAsJson<{ caches: CacheView[] }>('inspect', 'film:1', '--limit', '2')
    const countOf = (wanted: string) => caches.filter(({ kind }) => kind === wanted).length
    expect(['fragment', 'page', 'data', 'cachedFunction'].map(countOf)).toEqual([2, 1, 1, 1])
  })

  it.each(['/films/1', '/films/1/'])('inspect shows the page with the path %s', async (path) => {
    expect(await runAsJson<FragmentView>('inspect', path)).toMatchObject({
      kind: 'fragment',
      entryKind: 'page',
      key: PAGE,
      state: 'fresh',
      header: { route: '/films/1', dependencies: [{ object: 'film:1' }, { object: ofPath('/films/1') }] },
    })
    expect((await runText('inspect', path)).out).toMatch(/^page \/films\/1\n/)
  })

  it('inspect shows the route handler with a path', async () => {
    expect((await runText('inspect', '/feed')).out).toMatch(/^route handler \/feed\n/)
  })

  it('inspect lists the pages of all builds with a path', async () => {
    await plant([[OLDER_PAGE, { name: 'next/page', route: '/films/1' }]])
    const { pages } = await runAsJson<{ pages: { key: string }[] }>('inspect', '/films/1')
    expect(pages.map(({ key }) => key).sort()).toEqual([OLDER_PAGE, PAGE].sort())
    const { out } = await runText('inspect', '/films/1', '--limit', '1')
    expect(out).toMatch(/^2 pages with the path \/films\/1\n/)
    expect(out).toContain('1 more')
  })

  it('inspect fails for a path without a page', async () => {
    const { code, err } = await runText('inspect', '/films/2')
    expect(code).toBe(1)
    expect(err).toContain('No page or fragment with the path, key or name "/films/2" is stored')
  })

  it.each([
    ['next/page', PAGE],
    ['next/route', FEED],
    ['next/data', DATA],
    ['next/use-cache', FUNCTION],
  ])('inspect lists the entries with the name %s', async (name, key) => {
    const { total, fragments } = await runAsJson<NameView>('inspect', name)
    expect({ total, keys: fragments.map((entry) => entry.key) }).toEqual({ total: 1, keys: [key] })
  })
})

describe('doctor', () => {
  it('doctor finds nothing wrong with the entries of Next, and counts them apart', async () => {
    const report = await runAsJson<{ index: object; findings: { code: string; severity: string }[] }>(
      'doctor',
    )
    expect(report.findings.filter(({ code }) => !SERVER_WARNINGS.includes(code))).toEqual([])
    expect(report.index).toMatchObject({
      fragments: 1,
      next: { page: 1, routeHandler: 1, data: 1, cachedFunction: 1 },
    })
    expect((await runText('doctor')).out).toMatch(
      /^index +1 fragment, 1 page, 1 route handler, 1 entry of data, 1 cached function, /m,
    )
  })

  it('doctor --fix removes no entry of Next', async () => {
    await runText('expire', '--path', '/elsewhere')
    expect((await runText('doctor', '--fix')).code).toBe(0)
    expect(await readStored()).toEqual(ALL)
  })
})

const SERVER_WARNINGS = ['no-persistence', 'no-memory-limit', 'slow']

describe('expire', () => {
  it.each([
    ['--tag', 'feeds', [FILM, PAGE, FUNCTION, MARKER]],
    ['--path', '/films/1', [FILM, FEED, DATA, FUNCTION, MARKER]],
    ['--path', '/films/1/', [FILM, FEED, DATA, FUNCTION, MARKER]],
    ['--', 'next/tag:feeds', [FILM, PAGE, FUNCTION, MARKER]],
  ])('expire %s %s removes only the entries with the tag', async (flag, value, left) => {
    expect((await runCli(['expire', '--redis', server.url, flag, value])).code).toBe(0)
    expect(await readStored()).toEqual(left)
  })

  it('expire accepts tags, paths and objects together', async () => {
    const result = await runAsJson('expire', 'film:1', '--tag', 'feeds', '--tag', 'b', '--path', '/films/1')
    expect(result).toEqual({ objects: 4, expired: 5 })
    expect(await readStored()).toEqual([MARKER])
  })

  it.each([
    [
      ['--path', '/'],
      ['/', '/index'],
    ],
    [['--path', '/films/[id]', '--path-type', 'page'], ['/films/[id]/page']],
    [['--path', '/', '--path-type', 'layout'], ['/layout']],
    [
      ['--path', '/ü'],
      ['/ü', '/%C3%BC'],
    ],
  ])('expire %j expires the tags of revalidatePath', async (args, paths) => {
    expect((await runText('expire', ...args)).code).toBe(0)
    const objects = (await redis.zrange('cc:fence', '0', '-1')).filter((object) => object !== '')
    expect(objects.sort()).toEqual(paths.map(ofPath).sort())
  })

  it('expire encodes a tag as Next does', async () => {
    await plant([[DATA, { name: 'next/data', dependencies: [fromNextTag('%D1%84')] }]])
    expect(await runAsJson('expire', '--tag', 'ф')).toMatchObject({ expired: 1 })
  })

  it.each([
    [['--tag', ''], 'The tag "" is empty.'],
    [['--tag', 'a,b'], 'Pass --tag once for each tag.'],
    [['--tag', 'x'.repeat(257)], 'Next accepts at most 256.'],
    [['--path', 'films'], 'does not begin with "/".'],
    [['--path', 'https://example.org/films'], 'without the address of the site'],
    [['--path', '/films?page=2'], 'has a query'],
    [['--path', '/films/[id]'], 'Add --path-type page or --path-type layout.'],
    [['--path', '/films', '--path-type', 'route'], 'Allowed choices are layout, page.'],
    [['film:1', '--path-type', 'page'], 'The option --path-type requires --path.'],
    [[], 'pass the key of an object, --tag or --path'],
  ])('expire %j fails without an effect', async (args, message) => {
    const { code, err } = await runText('expire', ...args)
    expect(code).toBe(2)
    expect(err).toContain(message)
    expect(await readStored()).toEqual(ALL)
  })
})
