import 'next/dist/server/node-environment-baseline.js'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { unstable_noStore } from 'next/cache.js'
import { cookies, headers } from 'next/headers.js'
import { notFound, redirect } from 'next/navigation.js'
import { after, connection } from 'next/server.js'
import { describe, expect, it } from 'vitest'
import { createDependencyScope } from '../../lib/core/dependencyScope.ts'
import { findUnvariedRootParams } from '../../lib/next/findUnvariedRootParams.ts'
import { checkTags } from '../../lib/next/internals/checkTags.ts'
import { getPathname } from '../../lib/next/internals/getPageUrl.ts'
import { getRequestNonce } from '../../lib/next/internals/getRequestHeader.ts'
import {
  createGuardedUnit,
  type GuardHandlers,
  INFINITE_CACHE,
} from '../../lib/next/internals/guardedUnit.ts'
import { isDocumentRequest, isPprResume } from '../../lib/next/internals/isDocumentRequest.ts'
import { getManifests } from '../../lib/next/internals/manifests.ts'
import type { WorkStore } from '../../lib/next/internals/nextRequest.ts'
import { LENGTH_PREFIXED_TAGS } from '../../lib/next/internals/readFlightRows.ts'
import {
  getReadRootParams,
  openUnit,
  type RenderUnit,
  type RenderUnitStore,
} from '../../lib/next/internals/renderUnit.ts'
import { watchRequestObjects } from '../../lib/next/internals/watchRequestObjects.ts'
import { createRenderErrorHandler } from '../../lib/next/renderErrorHandler.ts'

// What the library uses of Next beyond its documented API, in seconds and without a build: after an upgrade
// of Next, a failure here says which file or name has moved.

const require = createRequire(import.meta.url)
const { version } = require('next/package.json')
const load = (file: string) => require(`next/dist/${file}`)
const source = (file: string) => readFileSync(require.resolve(`next/dist/${file}`), 'utf8')
const moved = (file: string, what: string) => `Next ${version}: next/dist/${file} no longer has ${what}.`

describe('the path of a page without a request', () => {
  const file = 'server/lib/implicit-tags.js'
  const pathFor = async (page: string, pathname: string, fallbackParams?: Map<string, string>) => {
    const implicitTags = await load(file).getImplicitTags(page, pathname, fallbackParams)
    return getPathname({ type: 'prerender', implicitTags } as unknown as RenderUnit)
  }
  it.each([
    ['/page', '/', '/'],
    ['/films/page', '/films', '/films'],
    ['/films/[slug]/page', '/films/alien', '/films/alien'],
    ['/(site)/a/[...rest]/page', '/a/b/c', '/a/b/c'],
  ])('of %s is told by its tags: %s', async (page, pathname, path) => {
    expect(await pathFor(page, pathname), moved(file, 'the path among the tags')).toBe(path)
  })

  it('is not known while it is rendered for paths to come', async () => {
    const params = new Map([['slug', '%%drp:slug%%']])
    expect(await pathFor('/films/[slug]/page', '/films/[slug]', params)).toBeUndefined()
  })
})

describe('the modules that lib/next/internals/ imports', () => {
  const exported: Record<string, readonly string[]> = {
    'server/app-render/work-async-storage.external.js': ['workAsyncStorage'],
    'server/app-render/work-unit-async-storage.external.js': ['workUnitAsyncStorage', 'getCacheSignal'],
    'server/app-render/dynamic-access-async-storage.external.js': ['dynamicAccessAsyncStorage'],
    'server/lib/incremental-cache/memory-cache.external.js': ['getMemoryCache'],
    'server/lib/incremental-cache/tags-manifest.external.js': [
      'areTagsExpired',
      'areTagsStale',
      'tagsManifest',
    ],
  }
  for (const [file, names] of Object.entries(exported)) {
    for (const name of names) {
      it(`offer ${name}`, () => {
        const value = load(file)[name]
        expect(value, moved(file, name)).toBeDefined()
        if (!name.endsWith('AsyncStorage')) return
        for (const method of ['run', 'getStore']) {
          expect(typeof value[method], moved(file, `${name}.${method}`)).toBe('function')
        }
      })
    }
  }

  it('offer Flight to both bundlers under the names that are imported', () => {
    const aliases = 'build/create-compiler-aliases.js'
    expect(source(aliases), moved(aliases, 'the alias of react-server-dom-webpack')).toContain(
      'react-server-dom-webpack',
    )
    for (const part of ['server', 'client']) {
      const file = `compiled/react-server-dom-webpack/${part}.node.js`
      expect(() => source(file), moved(file, 'the module')).not.toThrow()
    }
  })
})

describe('the unit of a request', () => {
  const file = 'server/async-storage/request-store.js'
  const unitOf = (headers: Record<string, string>, resumeDataCache: object | null = null) => {
    const { createRequestStoreForRender } = load(file)
    const url = { pathname: '/page', search: '' }
    const unit: RenderUnit = createRequestStoreForRender(
      { headers },
      undefined,
      url,
      {},
      undefined,
      undefined,
      undefined,
      false,
      undefined,
      resumeDataCache,
    )
    return unit
  }

  it('tells a document from data for a browser that has one', () => {
    expect(isDocumentRequest(unitOf({ accept: 'text/html' })), moved(file, 'headers')).toBe(true)
    expect(isDocumentRequest(unitOf({ rsc: '1' })), moved(file, 'headers behind an adapter')).toBe(false)
    expect(isDocumentRequest(unitOf({ 'next-action': 'id' })), moved(file, 'headers')).toBe(false)
  })

  it('tells a document whose shell was stored', () => {
    expect(isPprResume(unitOf({}, {})), moved(file, 'resumeDataCache')).toBe(true)
    expect(isPprResume(unitOf({})), moved(file, 'resumeDataCache')).toBe(false)
    expect(isPprResume(unitOf({ rsc: '1' }, {}))).toBe(false)
  })

  class OlderHeadersAdapter {
    constructor(readonly headers: Record<string, string>) {}
    static seal(adapter: OlderHeadersAdapter) {
      return adapter
    }
  }

  /** As Next 16.1 and 16.2 make it: without the headers of a navigation, and with a field of another name. */
  const olderUnitOf = (headers: Record<string, string>, renderResumeDataCache: object | null = null) => {
    const { resumeDataCache, ...unit } = unitOf({}) as RenderUnit & { resumeDataCache: null }
    expect(resumeDataCache, moved(file, 'resumeDataCache')).toBeNull()
    const sealed = OlderHeadersAdapter.seal(new OlderHeadersAdapter(headers))
    const older: object = { ...unit, headers: sealed, renderResumeDataCache }
    return older as RenderUnit
  }

  it('in Next up to 16.3.0 asks for a document only where it accepts HTML', () => {
    expect(isDocumentRequest(olderUnitOf({ accept: 'text/html,*/*;q=0.8' }))).toBe(true)
    expect(isDocumentRequest(olderUnitOf({ accept: '*/*' }))).toBe(false)
    expect(isDocumentRequest(olderUnitOf({ accept: 'text/html', 'next-action': 'id' }))).toBe(false)
  })

  it('in Next 16.1 and 16.2 tells a document whose shell was stored', () => {
    expect(isPprResume(olderUnitOf({ accept: 'text/html' }, {}))).toBe(true)
    expect(isPprResume(olderUnitOf({ accept: 'text/html' }))).toBe(false)
    expect(isPprResume(olderUnitOf({ accept: '*/*' }, {}))).toBe(false)
  })
})

describe("React's Flight", () => {
  const file = 'compiled/react-server-dom-webpack/cjs/react-server-dom-webpack-client.node.production.js'

  it('tells the length of the rows of these tags, and ends all others with a newline', () => {
    const tags = [...source(file).matchAll(/(\d+) === rowState\s*(?:\|\||\n\s*\?)/g)].map(([, code]) =>
      String.fromCharCode(Number(code)),
    )
    const others = ['#', 'r', 'x']
    const telling = new Set(tags.filter((tag) => !others.includes(tag)))
    expect(telling, moved(file, 'the tags of rows')).toEqual(new Set(LENGTH_PREFIXED_TAGS))
  })
})

describe("React's Flight, of values that can be read once", () => {
  const file = 'compiled/react-server-dom-webpack/cjs/react-server-dom-webpack-server.node.production.js'
  const text = source(file)

  it.each([
    ['streams', '(isByteStream ? "r" : "R")'],
    ['async iterators and async iterables', '(iterable ? "x" : "X")'],
    ['iterators', '"$i" +'],
  ])('writes %s as the library reads them', (what, code) => {
    expect(text, moved(file, what)).toContain(code)
  })

  it('puts the prefix that it is given into the ids of server components', () => {
    const server = file.replace('client', 'server')
    expect(source(server), moved(server, 'identifierPrefix')).toMatch(/identifierPrefix \+\s*"S_/)
  })
})

describe("Next's store of a request", () => {
  const file = 'server/async-storage/work-store.js'
  const store = newWorkStore() as unknown as Record<string, unknown>
  const used = [
    'buildId',
    'deploymentId',
    'incrementalCache',
    'isBuildTimePrerendering',
    'isDraftMode',
    'page',
    'previouslyRevalidatedTags',
    'reactServerErrorsByDigest',
    'requestStartTime',
    'route',
    'runInCleanSnapshot',
  ]
  for (const field of used) {
    it(`has ${field}`, () => expect(Object.keys(store), moved(file, field)).toContain(field))
  }

  it('begins at a moment on the clock that the library uses', () => {
    const now = performance.timeOrigin + performance.now()
    expect(Math.abs(now - (store.requestStartTime as number)), moved(file, 'the clock')).toBeLessThan(60_000)
  })

  it('collects errors by digest in a map, and leaves contexts behind in a clean snapshot', () => {
    expect(store.reactServerErrorsByDigest, moved(file, 'the map of errors')).toBeInstanceOf(Map)
    const { workAsyncStorage } = load('server/app-render/work-async-storage.external.js')
    const inside = workAsyncStorage.run(store, () =>
      (store.runInCleanSnapshot as (task: () => unknown) => unknown)(() => workAsyncStorage.getStore()),
    )
    expect(inside, moved(file, 'a snapshot that is clean')).toBeUndefined()
  })
})

describe('the work unit of a fragment', () => {
  it("has the fields that Next gives to a `'use cache'` function, no more and no fewer", () => {
    const file = 'server/use-cache/use-cache-wrapper.js'
    const created = /function createUseCacheStore\b.*?\n {8}return \{\n {12}type: 'cache',(.*?)\n {8}\};/s
    const fields = created.exec(source(file))?.[1]?.matchAll(/^ {12}(\w+)[,:]/gm)
    expect(fields, moved(file, "createUseCacheStore with a store of type 'cache'")).toBeDefined()
    const { unit } = createGuardedUnit(newWorkStore(), undefined, ignored)
    expect(Object.keys(unit).sort()).toEqual(['type', ...[...(fields ?? [])].map(([, name]) => name)].sort())
  })

  it('takes for endless what Next takes for endless', () => {
    expect(load('lib/constants.js').INFINITE_CACHE, moved('lib/constants.js', 'INFINITE_CACHE')).toBe(
      INFINITE_CACHE,
    )
  })

  it('is one of the types that Next knows, all of which the library knows', () => {
    const file = 'server/app-render/work-unit-async-storage.external.d.ts'
    const types = [...source(file).matchAll(/readonly type: '([\w-]+)'/g)].map(([, type]) => type)
    expect(
      types.sort(),
      `Next ${version} has other work units: see isRenderUnit in renderContext.ts.`,
    ).toEqual([
      'build-time-generator',
      'cache',
      'prerender',
      'prerender-client',
      'prerender-legacy',
      'prerender-runtime',
      'private-cache',
      'request',
      'unstable-cache',
      'validation-client',
    ])
  })

  for (const [name, api] of Object.entries({ cookies, headers, connection })) {
    it(`lets the library know of each ${name}() inside, with an error that names it`, async () => {
      const workStore = newWorkStore()
      const calls: string[] = []
      const { run } = createGuardedUnit(workStore, undefined, {
        ...ignored,
        requestData(api, error) {
          calls.push(api)
          error.message = 'with our text'
        },
      })
      for (const _ of ['first call', 'second call']) {
        const call = run(async () => api())
        await expect(call, moved(`server/request/${name}.js`, 'its guard')).rejects.toThrow('with our text')
      }
      expect(calls, moved(`server/request/${name}.js`, '`invalidDynamicUsageError ??=`')).toEqual([
        `${name}()`,
        `${name}()`,
      ])
      expect(workStore.invalidDynamicUsageError).toBeUndefined()
    })
  }

  it('is told through `dynamicAccessAsyncStorage` when a prerender lacks data', () => {
    const file = 'server/app-render/dynamic-access-async-storage.external.js'
    const { abortOnDynamicAccess, dynamicAccessAsyncStorage } = load(file)
    expect(typeof abortOnDynamicAccess, moved(file, 'abortOnDynamicAccess')).toBe('function')
    const store = { abortController: new AbortController(), reason: null }
    dynamicAccessAsyncStorage.run(store, () => abortOnDynamicAccess('runtime', new Error('no params')))
    expect(store.abortController.signal.aborted, moved(file, 'the store {abortController, reason}')).toBe(
      true,
    )
  })
})

describe('what the request APIs give out', () => {
  const file = 'server/async-storage/request-store.js'
  const headersOfVisitor = { cookie: 'visitor=one', 'user-agent': 'browser' }
  const unitOf = (): Extract<RenderUnitStore, { type: 'request' }> =>
    load(file).createRequestStoreForRender({ headers: headersOfVisitor }, undefined, { pathname: '/' }, {})
  const before = unitOf()
  const taken = before.headers.get
  watchRequestObjects(before)

  type Unit = ReturnType<typeof unitOf>
  const reads: Record<string, [string, (unit: Unit) => unknown]> = {
    'cookies.get': ['cookies()', ({ cookies }) => cookies.get('visitor')],
    'cookies.getAll': ['cookies()', ({ cookies }) => cookies.getAll()],
    'cookies.has': ['cookies()', ({ cookies }) => cookies.has('visitor')],
    'cookies.size': ['cookies()', ({ cookies }) => cookies.size],
    'cookies.toString': ['cookies()', ({ cookies }) => String(cookies)],
    'the iterator of cookies': ['cookies()', ({ cookies }) => [...cookies]],
    'JSON of cookies': ['cookies()', ({ cookies }) => JSON.stringify(cookies)],
    'a method taken from cookies': ['cookies()', ({ cookies: { get } }) => get('visitor')],
    'cookies of a Server Action': ['cookies()', ({ mutableCookies }) => mutableCookies.get('visitor')],
    'headers.get': ['headers()', ({ headers }) => headers.get('cookie')],
    'headers.has': ['headers()', ({ headers }) => headers.has('cookie')],
    'headers.keys': ['headers()', ({ headers }) => [...headers.keys()]],
    'headers.values': ['headers()', ({ headers }) => [...headers.values()]],
    'headers.entries': ['headers()', ({ headers }) => [...headers.entries()]],
    'headers.forEach': ['headers()', ({ headers }) => headers.forEach(() => {})],
    'the iterator of headers': ['headers()', ({ headers }) => [...headers]],
    'JSON of headers': ['headers()', ({ headers }) => JSON.stringify(headers)],
    'a copy of headers': ['headers()', ({ headers }) => new Headers(headers)],
    'a method taken from headers before the first fragment': ['headers()', () => taken('cookie')],
  }
  for (const [name, [api, read]] of Object.entries(reads)) {
    it(`refuses ${name} in a fragment, and nowhere else`, () => {
      const unit = unitOf()
      const expected = read(unit)
      const calls: string[] = []
      const { run } = createGuardedUnit(newWorkStore(), undefined, {
        ...ignored,
        requestData(api, error) {
          calls.push(api)
          error.message = 'with our text'
        },
      })
      expect(() => run(() => read(unit)), moved(file, `the prototype behind ${api}`)).toThrow('with our text')
      expect(new Set(calls)).toEqual(new Set([api]))
      expect(read(unit)).toEqual(expected)
    })
  }

  it('refuses a draft mode that is on, and lets one that is off be read', () => {
    const { run } = createGuardedUnit(newWorkStore(), undefined, ignored)
    const off = before.draftMode
    expect(run(() => off.isEnabled)).toBe(false)
    const draft = Object.create(off, { _isEnabled: { value: true } })
    expect(draft.isEnabled).toBe(true)
    const moving = moved('server/async-storage/draft-mode-provider.js', 'isEnabled')
    expect(() => run(() => draft.isEnabled), moving).toThrow('draftMode()')
  })

  it('is read as ever where a fragment ended, in after()', () => {
    const { run, unit } = createGuardedUnit(newWorkStore(), undefined, ignored)
    openUnit(unit).phase = 'after'
    expect(run(() => before.cookies.get('visitor')?.value)).toBe('one')
  })

  it("leaves the platform's own objects alone", () => {
    const unit = { type: 'request', cookies: new Map(), headers: new Headers({ a: 'b' }) }
    watchRequestObjects(unit as unknown as RenderUnit)
    const { run } = createGuardedUnit(newWorkStore(), undefined, ignored)
    expect(run(() => new Headers({ a: 'b' }).get('a'))).toBe('b')
    expect(run(() => new Map([['a', 'b']]).get('a'))).toBe('b')
  })
})

describe('what a fragment asks of Next', () => {
  function recordUses(use: () => void): string[] {
    const calls: string[] = []
    const { run } = createGuardedUnit(newWorkStore(), undefined, {
      ...ignored,
      noStore: () => calls.push('noStore'),
      after: () => calls.push('after'),
    })
    run(use)
    return calls
  }

  it('is known when it is unstable_noStore()', () => {
    const file = 'server/web/spec-extension/unstable-no-store.js'
    expect(recordUses(unstable_noStore), moved(file, 'isUnstableNoStore')).toEqual(['noStore'])
  })

  it('is known when it is after()', () => {
    const use = () => {
      try {
        after(() => {})
      } catch {
        // There is no server here that would run it.
      }
    }
    expect(recordUses(use), moved('server/after/after.js', 'afterContext')).toEqual(['after'])
  })
})

describe('a root param that a fragment reads', () => {
  it('is known by name and value', async () => {
    const file = 'server/request/root-params.js'
    const outer = { type: 'request', rootParams: { locale: 'en', region: ['eu', 'de'], rest: undefined } }
    const { unit, run } = createGuardedUnit(newWorkStore(), outer as unknown as RenderUnit, ignored)
    expect(findUnvariedRootParams(getReadRootParams(unit), undefined)).toEqual([])
    expect(await run(() => load(file).getRootParam('locale')), moved(file, 'getRootParam')).toBe('en')
    expect(
      findUnvariedRootParams(getReadRootParams(unit), undefined),
      moved(file, 'readRootParamNames'),
    ).toEqual(['locale'])
    expect(findUnvariedRootParams(getReadRootParams(unit), ['de', { a: 'eng' }])).toEqual(['locale'])
    expect(findUnvariedRootParams(getReadRootParams(unit), { of: ['en'] })).toEqual([])
    await run(() => load(file).getRootParam('region'))
    await run(() => load(file).getRootParam('rest'))
    expect(findUnvariedRootParams(getReadRootParams(unit), ['en', 'eu', undefined])).toEqual(['region'])
    expect(findUnvariedRootParams(getReadRootParams(unit), ['en', ['eu', 'de'], undefined])).toEqual([])
  })

  it.each([
    ['is not varied', [undefined, 'slug', [], ['a'], { other: 'a' }], ['slug']],
    ['is varied', [[undefined], ['a', null], { slug: undefined }], []],
  ])('%s where the URL lacks it and `vary` is so', (_, varies, names) => {
    const params = [{ name: 'slug', value: undefined }]
    for (const vary of varies)
      expect(findUnvariedRootParams(params, vary), JSON.stringify(vary)).toEqual(names)
  })
})

describe('the nonce of a response', () => {
  it("is the one that Next takes from the request's headers", () => {
    const { createRequestStoreForRender } = load('server/async-storage/request-store.js')
    const nonceFor = (headers: Record<string, string>) =>
      getRequestNonce(createRequestStoreForRender({ headers }, undefined, { pathname: '/' }, {}))
    const policy = "default-src 'self'; script-src 'nonce-Zmlyc3Q=' 'strict-dynamic'"
    const file = 'server/app-render/get-script-nonce-from-header.js'
    for (const name of ['content-security-policy', 'content-security-policy-report-only'])
      expect(nonceFor({ [name]: policy }), moved(file, 'getScriptNonceFromHeader')).toBe('Zmlyc3Q=')
    expect(nonceFor({ 'content-security-policy': "default-src 'self'" })).toBeUndefined()
    expect(nonceFor({})).toBeUndefined()
  })
})

describe('errors by which Next steers', () => {
  const thrown: Record<string, () => unknown> = { notFound, redirect: () => redirect('/elsewhere') }
  for (const [name, act] of Object.entries(thrown)) {
    it(`tell ${name}() from a fault`, () => expect(refusalOf(act)).toBe('control-flow'))
  }

  const constructors = {
    'client/components/hooks-server-context.js': 'DynamicServerError',
    'shared/lib/lazy-dynamic/bailout-to-csr.js': 'BailoutToCSRError',
  }
  for (const [file, name] of Object.entries(constructors)) {
    it(`tell ${name} from a fault`, () => {
      const { [name]: Constructor } = load(file)
      expect(typeof Constructor, moved(file, name)).toBe('function')
      const refusal = refusalOf(() => {
        throw new Constructor('reason')
      })
      expect(refusal, moved(file, `the digest of ${name}`)).toBe('dynamic')
    })
  }

  const digests = {
    'server/app-render/dynamic-rendering.js': 'NEXT_PRERENDER_INTERRUPTED',
    'server/dynamic-rendering-utils.js': 'HANGING_PROMISE_REJECTION',
  }
  for (const [file, digest] of Object.entries(digests)) {
    it(`still use ${digest}`, () => expect(source(file), moved(file, digest)).toContain(`'${digest}'`))
  }
})

describe("Next's manifests", () => {
  it('are where the library looks for them', () => {
    const file = 'server/app-render/manifests-singleton.js'
    const { setManifestsSingleton } = load(file)
    expect(typeof setManifestsSingleton, moved(file, 'setManifestsSingleton')).toBe('function')
    const reference = { id: 'module', name: '*', chunks: [], async: false }
    setManifestsSingleton({
      page: '/page',
      clientReferenceManifest: {
        clientModules: { component: reference },
        rscModuleMapping: { module: { '*': reference } },
      },
      serverActionsManifest: { encryptionKey: '', node: {}, edge: {} },
    })
    const manifests = getManifests()
    expect(manifests, moved(file, 'the symbol `next.server.manifests`')).toBeDefined()
    for (const part of ['clientModules', 'moduleMap', 'serverModuleMap'] as const) {
      expect(manifests?.[part], moved(file, part)).toBeTypeOf('object')
    }
    const component = manifests && Reflect.get(manifests.clientModules, 'component')
    expect(component, moved(file, 'clientModules')).toEqual(reference)
  })
})

describe("Next's tags", () => {
  const file = 'server/lib/incremental-cache/tags-manifest.external.js'

  it('tell what was revalidated before an entry from what was revalidated after it', () => {
    const { tagsManifest } = load(file)
    const now = Date.now()
    tagsManifest.set('expired', { expired: now - 5_000 })
    tagsManifest.set('stale', { stale: now - 5_000 })
    const verdict = (tag: string, createdAt: number) => checkTags(newWorkStore(), [tag], createdAt)
    expect(verdict('expired', now - 10_000), moved(file, '`expired`')).toBe('expired')
    expect(verdict('expired', now - 1_000), moved(file, '`expired`')).toBe('fresh')
    expect(verdict('stale', now - 10_000), moved(file, '`stale`')).toBe('stale')
    expect(verdict('stale', now - 1_000), moved(file, '`stale`')).toBe('fresh')
  })

  it('are those of the request until it ends', () => {
    const revalidate = 'server/web/spec-extension/revalidate.js'
    const text = source(revalidate)
    for (const field of ['pendingRevalidatedTags', 'revalidatedAt']) {
      expect(text, moved(revalidate, field)).toContain(field)
    }
  })

  it('are revalidated by documented functions that plain Node finds', () => {
    const { revalidateTag, updateTag } = require('next/cache.js')
    for (const [name, fn] of Object.entries({ revalidateTag, updateTag })) {
      expect(typeof fn, `Next ${version}: next/cache no longer has ${name}.`).toBe('function')
    }
  })
})

/** What a fragment's code asks for does not matter here. */
const ignored: GuardHandlers = { requestData() {}, noStore() {}, after() {} }

function newWorkStore(): WorkStore {
  const { createWorkStore } = load('server/async-storage/work-store.js')
  return createWorkStore({ page: '/page', renderOpts: { experimental: {} }, buildId: 'build' })
}

/** How the library takes what `act` throws. */
function refusalOf(act: () => unknown): string | undefined {
  const capture = createDependencyScope(undefined, { name: 'test', label: 'fragment' })
  const onError = createRenderErrorHandler(newWorkStore(), capture)
  try {
    act()
  } catch (error) {
    onError(error)
  }
  return capture.uncacheable?.reason
}
