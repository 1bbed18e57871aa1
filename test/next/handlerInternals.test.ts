import 'next/dist/server/node-environment-baseline.js'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { monotonicNow } from '../../lib/core/monotonicNow.ts'
import { createBuildOutput } from '../../lib/next/internals/buildOutput.ts'
import { dropForeignData } from '../../lib/next/internals/dropForeignData.ts'
import { getNextTime } from '../../lib/next/internals/getNextTime.ts'
import { getPathOfRouteKey } from '../../lib/next/internals/getPathOfRouteKey.ts'
import { isBuildPhase } from '../../lib/next/internals/isBuildPhase.ts'
import { isStoringOutput } from '../../lib/next/internals/renderContext.ts'
import { markStaleTag, STALE_TAG } from '../../lib/next/internals/staleTag.ts'
import { workUnitAsyncStorage } from '../../lib/next/internals/workAsyncStorage.ts'
import { type BuiltSite, builtPageContext, builtValue, writeBuiltSite } from '../support/builtSite.ts'
import { load, moved, source } from '../support/nextInternals.ts'

// The internals of Next on which the cache handlers depend. See internals.test.ts.

let built: BuiltSite | undefined

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
  built?.remove()
  built = undefined
})

describe("Next's caches and their handlers", () => {
  const caches = 'server/lib/incremental-cache/index.js'

  it('a cache handler has the methods that Next calls, and no others', () => {
    const { CacheHandler } = load(caches)
    expect(Object.getOwnPropertyNames(CacheHandler.prototype).sort(), moved(caches, 'CacheHandler')).toEqual(
      ['constructor', 'get', 'resetRequestCache', 'revalidateTag', 'set'].sort(),
    )
  })

  it("a handler of 'use cache' has the methods that Next calls, and no others", () => {
    const file = 'server/lib/cache-handlers/types.d.ts'
    const methods = /interface CacheHandler \{(.*)\}/s.exec(source(file))?.[1]?.matchAll(/^ {4}(\w+)\(/gm)
    expect([...(methods ?? [])].map(([, name]) => name).sort(), moved(file, 'CacheHandler')).toEqual(
      ['get', 'getExpiration', 'refreshTags', 'set', 'updateTags'].sort(),
    )
  })

  it("a result of 'use cache' has the fields that the handler keeps", () => {
    const file = 'server/lib/cache-handlers/types.d.ts'
    const fields = /interface CacheEntry \{(.*?)\n\}/s.exec(source(file))?.[1]?.matchAll(/^ {4}(\w+):/gm)
    expect([...(fields ?? [])].map(([, name]) => name).sort(), moved(file, 'CacheEntry')).toEqual(
      ['expire', 'revalidate', 'stale', 'tags', 'timestamp', 'value'].sort(),
    )
  })

  it('a handler is given the headers of the request and the output of the build', () => {
    const contexts: object[] = []
    const { IncrementalCache } = load(caches)
    new IncrementalCache({
      requestHeaders: { a: 'b' },
      serverDistDir: '/server',
      fs: { files: true },
      previewProps: {},
      prerenderManifest: {},
      CurCacheHandler: class {
        constructor(context: object) {
          contexts.push(context)
        }
      },
    })
    expect(contexts, moved(caches, 'the context of a cache handler')).toMatchObject([
      { _requestHeaders: { a: 'b' }, serverDistDir: '/server', fs: { files: true } },
    ])
  })

  it('a value of each kind has the fields that the handler keeps', () => {
    const file = 'server/response-cache/types.d.ts'
    const text = source(file)
    const getFields = (name: string) =>
      [
        ...(new RegExp(`interface ${name} \\{(.*?)\\n\\}`, 's').exec(text)?.[1] ?? '').matchAll(
          /^ {4}(\w+)\??:/gm,
        ),
      ]
        .map(([, field]) => field)
        .sort()
    const fields = {
      IncrementalCachedAppPageValue: [
        ...['headers', 'html', 'kind', 'postponed', 'rscData', 'segmentData', 'status'],
      ],
      CachedRouteValue: ['body', 'headers', 'kind', 'status'],
      IncrementalCachedPageValue: ['headers', 'html', 'kind', 'pageData', 'status'],
      CachedRedirectValue: ['kind', 'props'],
      CachedFetchValue: ['data', 'kind', 'revalidate', 'tags'],
    }
    for (const [name, expected] of Object.entries(fields))
      expect(getFields(name), moved(file, name)).toEqual(expected)
  })

  it('the header of the tags has the name that the handler reads', () => {
    const file = 'lib/constants.js'
    expect(load(file).NEXT_CACHE_TAGS_HEADER, moved(file, 'NEXT_CACHE_TAGS_HEADER')).toBe('x-next-cache-tags')
    expect(load(file).NEXT_CACHE_IMPLICIT_TAG_ID, moved(file, 'NEXT_CACHE_IMPLICIT_TAG_ID')).toBe('_N_T_')
  })

  it('the results that Next keeps for a request can be removed', () => {
    const file = 'server/use-cache/use-cache-wrapper.js'
    expect(source(file), moved(file, 'completedCacheInvocations')).toContain(
      'workStore.completedCacheInvocations ??= new Map()',
    )
  })

  it('the tags of root params begin as the handler expects', () => {
    const file = 'lib/constants.js'
    const { NEXT_CACHE_ROOT_PARAM_TAG_ID } = load(file)
    expect(NEXT_CACHE_ROOT_PARAM_TAG_ID, moved(file, 'NEXT_CACHE_ROOT_PARAM_TAG_ID')).toBe('_N_RP_')
  })
})

describe('the time of pages', () => {
  const file = 'server/lib/incremental-cache/tags-manifest.external.js'

  it('pages are dated by the clock with which Next compares', () => {
    expect(Math.abs(getNextTime() - monotonicNow()), moved(file, 'the clock of areTagsExpired')).toBeLessThan(
      60_000,
    )
    expect(source(file), moved(file, 'the clock of areTagsExpired')).toContain(
      'performance.timeOrigin + performance.now()',
    )
  })

  it('pages are dated by the wall clock where Next compares with it, as before 16.3', async () => {
    vi.resetModules()
    vi.doMock('next/dist/server/lib/incremental-cache/tags-manifest.external.js', () => ({
      areTagsExpired: () => Date.now(),
    }))
    const { getNextTime } = await import('../../lib/next/internals/getNextTime.ts')
    const wall = vi.spyOn(Date, 'now').mockReturnValue(5)
    expect(getNextTime()).toBe(5)
    wall.mockRestore()
    vi.doUnmock('next/dist/server/lib/incremental-cache/tags-manifest.external.js')
  })

  it('the tag of stale pages is always stale, and never expired', () => {
    const { areTagsExpired, areTagsStale } = load(file)
    const future = monotonicNow() + 1_000_000
    expect(areTagsStale([STALE_TAG], future)).toBe(false)
    markStaleTag()
    markStaleTag()
    expect(areTagsStale([STALE_TAG], future), moved(file, 'stale')).toBe(true)
    expect(areTagsExpired([STALE_TAG], 0), moved(file, 'expired')).toBe(false)
  })
})

describe('the path of a page', () => {
  const file = 'server/lib/route-cache-key.js'
  const { getRouteCacheKey } = load(file)

  it.each(['/', '/films', '/films/alien', '/index', '/index/a', '/a/$/b'])(
    'the path %s comes back from the key of its page',
    (path) => {
      for (const kind of ['APP_PAGE', 'APP_ROUTE', 'PAGES']) {
        const key = getRouteCacheKey(path, { kind, sourceRoute: '/films/[slug]/page' })
        expect(getPathOfRouteKey(key), moved(file, 'getRouteCacheKey')).toBe(path)
      }
    },
  )

  it('the key of a page before 16.4.6 is its path', () => {
    expect(getPathOfRouteKey('/index')).toBe('/')
    expect(getPathOfRouteKey('/films/alien')).toBe('/films/alien')
  })

  it('a shell of future paths has no path', () => {
    const owner = { kind: 'APP_PAGE', sourceRoute: '/films/[slug]/page' }
    expect(getPathOfRouteKey(getRouteCacheKey('/films/[slug]', owner))).toBeUndefined()
    expect(getPathOfRouteKey('/[...rest]')).toBeUndefined()
  })
})

describe('the data in a postponed state', () => {
  const file = 'server/app-render/postponed-state.js'
  const entryOf = (tags: string[]) => ({
    ...{ value: new Blob(['data']).stream(), tags, stale: 1, timestamp: 1, expire: 3600, revalidate: 900 },
  })

  async function createState(isPlain: boolean) {
    const { createPrerenderResumeDataCache } = load('server/resume-data-cache/resume-data-cache.js')
    const data = createPrerenderResumeDataCache()
    for (const tags of [['page'], ['page', 'foreign'], []])
      data.cache.set(`[${tags}]`, Promise.resolve({ entry: entryOf(tags) }))
    data.fetch.set('own', { kind: 'FETCH', data: {}, tags: ['page'], revalidate: 1 })
    data.fetch.set('foreign', { kind: 'FETCH', data: {}, tags: ['foreign'], revalidate: 1 })
    data.encryptedBoundArgs.set('args', 'encrypted')
    return load(file).getDynamicHTMLPostponedState({ a: 'ä' }, 1, undefined, data, true, undefined, isPlain)
  }

  const parse = (state: string, isPlain: boolean) => load(file).parsePostponedState(state, undefined, isPlain)

  it.each([
    ['compressed', false],
    ['plain', true],
  ])('Next reads the rest of a %s state without foreign data', async (_, isPlain) => {
    const state = await createState(isPlain)
    const own = parse(dropForeignData(state, ['page']), isPlain)
    expect(own.data, moved(file, 'the first part of the state')).toEqual(parse(state, isPlain).data)
    const { cache, fetch, encryptedBoundArgs } = own.renderResumeDataCache
    expect([...cache.keys()].sort(), moved(file, 'store.cache')).toEqual(['[]', '[page]'])
    expect([...fetch.keys()], moved(file, 'store.fetch')).toEqual(['own'])
    expect([...encryptedBoundArgs.keys()], moved(file, 'encryptedBoundArgs')).toEqual(['args'])
    expect((await cache.get('[page]')).entry).toMatchObject({ tags: ['page'] })
  })

  it('a state with own data only stays as it is', async () => {
    const state = await createState(false)
    expect(dropForeignData(state, ['page', 'foreign'])).toBe(state)
  })

  it('a state without data, and one of another form, stay as they are', async () => {
    const { createPrerenderResumeDataCache } = load('server/resume-data-cache/resume-data-cache.js')
    const empty = await load(file).getDynamicDataPostponedState(createPrerenderResumeDataCache(), true)
    expect(dropForeignData(empty, []), moved(file, 'the state without data')).toBe(empty)
    for (const state of ['', '4:null', 'other']) expect(dropForeignData(state, [])).toBe(state)
  })

  it('a state whose data is all foreign has none, as Next writes it', () => {
    const state = '4:null{"store":{"cache":{"a":{"entry":{"tags":["foreign"]}}},"fetch":{}}}'
    expect(dropForeignData(state, ['page'])).toBe('4:nullnull')
    expect(parse('4:nullnull', true).renderResumeDataCache.cache.size).toBe(0)
  })

  it('the arguments of server functions stay where all data is foreign', () => {
    const store = { encryptedBoundArgs: { args: 'encrypted' } }
    const withData = { ...store, cache: { a: { entry: { tags: ['foreign'] } } }, fetch: {} }
    const own = dropForeignData(`4:null${JSON.stringify({ store: withData })}`, ['page'])
    expect([...parse(own, true).renderResumeDataCache.encryptedBoundArgs.keys()]).toEqual(['args'])
  })

  it('a state that cannot be read throws', () => {
    expect(() => dropForeignData('4:null{"store"', [])).toThrow(SyntaxError)
    expect(() => dropForeignData('4:null{}', [])).toThrow(TypeError)
    expect(() => dropForeignData('4:nullAAAA', [])).toThrow('unknown compression method')
  })
})

describe('the output of a build', () => {
  const home = { path: '/', html: 'home', tags: ['_N_T_/'], revalidate: 60, expire: 3600 }
  const film = { path: '/films/alien', html: 'alien', tags: ['_N_T_/films/alien', 'film:1'] }
  const { getRouteCacheKey } = load('server/lib/route-cache-key.js')
  const keyOf = (path: string) => getRouteCacheKey(path, builtPageContext(path).route)

  it('the pages are listed with their keys, tags and lifetimes', async () => {
    built = writeBuiltSite([home, film])
    const pages = await createBuildOutput(built).listPages()
    expect(pages.sort((a, b) => a.tags.length - b.tags.length)).toEqual([
      { key: keyOf('/'), isRouteHandler: false, tags: ['_N_T_/'], revalidate: 60, expire: 3600 },
      {
        ...{ key: keyOf('/films/alien'), tags: ['_N_T_/films/alien', 'film:1'] },
        ...{ isRouteHandler: false, revalidate: false, expire: undefined },
      },
    ])
  })

  it('pages of the Pages Router, shells and route handlers are listed as well', async () => {
    built = writeBuiltSite([])
    mkdirSync(join(built.serverDistDir, 'pages'), { recursive: true })
    writeFileSync(join(built.serverDistDir, 'pages/about.meta'), JSON.stringify({ headers: {} }))
    writeFileSync(join(built.serverDistDir, 'pages/[slug].meta'), '{}')
    mkdirSync(join(built.serverDistDir, 'app'), { recursive: true })
    const headers = { 'x-next-cache-tags': '_N_T_/feed' }
    writeFileSync(join(built.serverDistDir, 'app/feed.meta'), JSON.stringify({ headers }))
    writeFileSync(join(built.serverDistDir, 'app/feed.body'), 'answer')
    const manifest = join(built.serverDistDir, '../prerender-manifest.json')
    const dynamicRoutes = { '/[slug]': { fallbackRevalidate: 5, fallbackExpire: 50 } }
    writeFileSync(manifest, JSON.stringify({ dynamicRoutes }))
    const forever = { revalidate: false, expire: undefined }
    const pages = await createBuildOutput(built).listPages()
    expect(pages.sort((a, b) => a.key.localeCompare(b.key))).toEqual([
      { key: '/[slug]', isRouteHandler: false, tags: ['_N_T_/[slug]'], revalidate: 5, expire: 50 },
      { key: '/about', isRouteHandler: false, tags: ['_N_T_/about'], ...forever },
      { key: '/feed', isRouteHandler: true, tags: ['_N_T_/feed'], ...forever },
    ])
  })

  it("Next's own handler reads a page, and keeps no copy of it", async () => {
    built = writeBuiltSite([home])
    const file = 'server/lib/incremental-cache/file-system-cache.js'
    const output = createBuildOutput(built)
    const context = { kind: 'APP_PAGE', isFallback: false }
    expect(await output.readPage(keyOf('/'), context), moved(file, 'get')).toEqual(builtValue(home))
    writeFileSync(join(built.serverDistDir, 'app/index.html'), 'changed')
    expect(await output.readPage(keyOf('/'), context)).toMatchObject({ html: 'changed' })
    expect(await output.readPage(keyOf('/other'), context)).toBeUndefined()
  })

  it('the age of a build is that of its id, and unknown without one', () => {
    built = writeBuiltSite([home])
    expect(createBuildOutput(built).getAgeMs()).toBeLessThan(60_000)
    built.setAge(3_600_000)
    expect(createBuildOutput(built).getAgeMs() / 3_600_000).toBeCloseTo(1, 1)
    expect(createBuildOutput({ serverDistDir: join(built.serverDistDir, 'other') }).getAgeMs()).toBe(Infinity)
  })

  it('the pages are taken over once, also where the folder cannot be written to', () => {
    built = writeBuiltSite([home])
    expect(createBuildOutput(built).claimSeeding()).toBe(true)
    expect(createBuildOutput(built).claimSeeding()).toBe(false)
    expect(createBuildOutput({ serverDistDir: join(built.serverDistDir, 'other') }).claimSeeding()).toBe(true)
  })

  it('a process without the output of a build has no pages', async () => {
    const output = createBuildOutput({})
    expect(await output.listPages()).toEqual([])
    expect(await output.readPage('/', { kind: 'APP_PAGE' })).toBeUndefined()
    expect(output.getAgeMs()).toBe(Infinity)
    expect(output.claimSeeding()).toBe(false)
  })
})

describe('the id of a build', () => {
  const readId = async (serverDistDir?: string) => {
    vi.resetModules()
    return (await import('../../lib/next/internals/getBuildId.ts')).getBuildId(serverDistDir)
  }

  it('the id of a build changes with its id and with its client modules', async () => {
    built = writeBuiltSite([{ path: '/', html: 'home' }])
    const { serverDistDir } = built
    const first = await readId(serverDistDir)
    expect(first).toMatch(/^id /)
    writeFileSync(join(serverDistDir, 'app-paths-manifest.json'), '{"/page":"app/page.js"}')
    writeFileSync(join(serverDistDir, 'app/page_client-reference-manifest.js'), 'modules')
    const second = await readId(serverDistDir)
    expect(second).not.toBe(first)
    expect(await readId(serverDistDir)).toBe(second)
    writeFileSync(join(serverDistDir, 'app/page_client-reference-manifest.js'), 'other modules')
    expect(await readId(serverDistDir)).not.toBe(second)
  })

  it('the id is unknown while a build runs, and outside of a request', async () => {
    built = writeBuiltSite([])
    expect(await readId(join(built.serverDistDir, 'other'))).toBe('unknown')
    expect(await readId()).toBe('unknown')
  })

  it('the phase of a build has the name that Next sets', () => {
    expect(isBuildPhase()).toBe(false)
    vi.stubEnv('NEXT_PHASE', load('shared/lib/constants.js').PHASE_PRODUCTION_BUILD)
    expect(isBuildPhase()).toBe(true)
  })
})

describe('output that is stored', () => {
  it.each([
    ['request', false],
    ['prerender', true],
    ['cache', true],
    ['unstable-cache', true],
  ])('the output of a unit of type %s is stored: %s', (type, isStored) => {
    expect(isStoringOutput()).toBe(false)
    expect(workUnitAsyncStorage.run({ type } as never, isStoringOutput)).toBe(isStored)
  })
})
