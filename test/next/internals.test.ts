import 'next/dist/server/node-environment-baseline.js'
import { createRequire } from 'node:module'
import { notFound, redirect } from 'next/navigation.js'
import { describe, expect, it } from 'vitest'
import { createDependencyScope } from '../../lib/core/dependencyScope.ts'
import { checkTags } from '../../lib/next/internals/checkTags.ts'
import { MIN_PRERENDERABLE_EXPIRE } from '../../lib/next/internals/enclosingCache.ts'
import { getPathname } from '../../lib/next/internals/getPageUrl.ts'
import { getRequestNonce } from '../../lib/next/internals/getRequestHeader.ts'
import { isDocumentRequest, isPprResume } from '../../lib/next/internals/isDocumentRequest.ts'
import { loadClientExport } from '../../lib/next/internals/loadClientExport.ts'
import { getManifests } from '../../lib/next/internals/manifests.ts'
import { LENGTH_PREFIXED_TAGS } from '../../lib/next/internals/readFlightRows.ts'
import type { RenderUnit } from '../../lib/next/internals/renderUnit.ts'
import { createRenderErrorHandler } from '../../lib/next/renderErrorHandler.ts'
import { load, moved, newWorkStore, source, version } from '../support/nextInternals.ts'

// The internals of Next on which the library depends, checked in seconds and without a build. After an upgrade of Next,
// a failure here tells which file or name has moved. guardedUnit.test.ts checks the fields of a `'use cache'` unit.

const require = createRequire(import.meta.url)

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
  ])('the path of %s is derived from its tags: %s', async (page, pathname, path) => {
    expect(await pathFor(page, pathname), moved(file, 'the path among the tags')).toBe(path)
  })

  it('the path is unknown while a page is rendered for future paths', async () => {
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
      it(`Next offers ${name}`, () => {
        const value = load(file)[name]
        expect(value, moved(file, name)).toBeDefined()
        if (!name.endsWith('AsyncStorage')) return
        for (const method of ['run', 'getStore']) {
          expect(typeof value[method], moved(file, `${name}.${method}`)).toBe('function')
        }
      })
    }
  }

  it('Next offers Flight to both bundlers under the imported names', () => {
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

  it('a request for a document differs from a request for data', () => {
    expect(isDocumentRequest(unitOf({ accept: 'text/html' })), moved(file, 'headers')).toBe(true)
    expect(isDocumentRequest(unitOf({ rsc: '1' })), moved(file, 'headers behind an adapter')).toBe(false)
    expect(isDocumentRequest(unitOf({ 'next-action': 'id' })), moved(file, 'headers')).toBe(false)
  })

  it('a document with a stored shell is recognised', () => {
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

  /** A unit of Next 16.1 and 16.2: without the headers of a navigation, and with another name for a field. */
  const olderUnitOf = (headers: Record<string, string>, renderResumeDataCache: object | null = null) => {
    const { resumeDataCache, ...unit } = unitOf({}) as RenderUnit & { resumeDataCache: null }
    expect(resumeDataCache, moved(file, 'resumeDataCache')).toBeNull()
    const sealed = OlderHeadersAdapter.seal(new OlderHeadersAdapter(headers))
    const older: object = { ...unit, headers: sealed, renderResumeDataCache }
    return older as RenderUnit
  }

  it('a document request up to Next 16.3.0 needs `accept: text/html`', () => {
    expect(isDocumentRequest(olderUnitOf({ accept: 'text/html,*/*;q=0.8' }))).toBe(true)
    expect(isDocumentRequest(olderUnitOf({ accept: '*/*' }))).toBe(false)
    expect(isDocumentRequest(olderUnitOf({ accept: 'text/html', 'next-action': 'id' }))).toBe(false)
  })

  it('a document with a stored shell is recognised in Next 16.1 and 16.2', () => {
    expect(isPprResume(olderUnitOf({ accept: 'text/html' }, {}))).toBe(true)
    expect(isPprResume(olderUnitOf({ accept: 'text/html' }))).toBe(false)
    expect(isPprResume(olderUnitOf({ accept: '*/*' }, {}))).toBe(false)
  })
})

describe("React's Flight", () => {
  const file = 'compiled/react-server-dom-webpack/cjs/react-server-dom-webpack-client.node.production.js'

  it('Flight prefixes the rows of the known tags with their length, and no others', () => {
    const tags = [...source(file).matchAll(/(\d+) === rowState\s*(?:\|\||\n\s*\?)/g)].map(([, code]) =>
      String.fromCharCode(Number(code)),
    )
    const others = ['#', 'r', 'x']
    const prefixedTags = new Set(tags.filter((tag) => !others.includes(tag)))
    expect(prefixedTags, moved(file, 'the tags of rows')).toEqual(new Set(LENGTH_PREFIXED_TAGS))
  })
})

describe("React's Flight with values that can be read once", () => {
  const file = 'compiled/react-server-dom-webpack/cjs/react-server-dom-webpack-server.node.production.js'
  const text = source(file)

  it.each([
    ['streams', '(isByteStream ? "r" : "R")'],
    ['async iterators and async iterables', '(iterable ? "x" : "X")'],
    ['iterators', '"$i" +'],
  ])('Flight encodes %s as the library expects', (what, code) => {
    expect(text, moved(file, what)).toContain(code)
  })

  it('Flight puts its prefix into the ids of server components', () => {
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
    it(`the store of a request has ${field}`, () =>
      expect(Object.keys(store), moved(file, field)).toContain(field))
  }

  it('a request is dated by the clock that the library uses', () => {
    const now = performance.timeOrigin + performance.now()
    expect(Math.abs(now - (store.requestStartTime as number)), moved(file, 'the clock')).toBeLessThan(60_000)
  })

  it('errors are in a map by digest, and a clean snapshot has no context', () => {
    expect(store.reactServerErrorsByDigest, moved(file, 'the map of errors')).toBeInstanceOf(Map)
    const { workAsyncStorage } = load('server/app-render/work-async-storage.external.js')
    const inside = workAsyncStorage.run(store, () =>
      (store.runInCleanSnapshot as (task: () => unknown) => unknown)(() => workAsyncStorage.getStore()),
    )
    expect(inside, moved(file, 'a snapshot that is clean')).toBeUndefined()
  })
})

describe('the nonce of a response', () => {
  it("the nonce of a response comes from the request's headers", () => {
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

describe('errors that Next uses for control flow', () => {
  const thrown: Record<string, () => unknown> = { notFound, redirect: () => redirect('/elsewhere') }
  for (const [name, act] of Object.entries(thrown)) {
    it(`the library treats ${name}() as control flow`, () => expect(refusalOf(act)).toBe('control-flow'))
  }

  const constructors = {
    'client/components/hooks-server-context.js': 'DynamicServerError',
    'shared/lib/lazy-dynamic/bailout-to-csr.js': 'BailoutToCSRError',
  }
  for (const [file, name] of Object.entries(constructors)) {
    it(`the library treats ${name} as dynamic, not as an error`, () => {
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
    it(`Next's errors use ${digest}`, () =>
      expect(source(file), moved(file, digest)).toContain(`'${digest}'`))
  }
})

describe("Next's manifests", () => {
  it('the manifests are where the library looks for them', () => {
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

  it('an entry is affected only by tags that were revalidated after it was made', () => {
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

  it("the output of a 'use cache' is prerendered with a lifetime of 300 seconds", () => {
    const file = 'server/use-cache/constants.js'
    const name = 'MIN_PRERENDERABLE_EXPIRE'
    expect(load(file)[name], moved(file, name)).toBe(MIN_PRERENDERABLE_EXPIRE)
  })

  it('a request notes the tags that it revalidates', () => {
    const revalidate = 'server/web/spec-extension/revalidate.js'
    const text = source(revalidate)
    for (const field of ['pendingRevalidatedTags', 'revalidatedAt']) {
      expect(text, moved(revalidate, field)).toContain(field)
    }
  })

  it('revalidateTag and updateTag can be imported in plain Node', () => {
    const { revalidateTag, updateTag } = require('next/cache.js')
    for (const [name, fn] of Object.entries({ revalidateTag, updateTag })) {
      expect(typeof fn, `Next ${version}: next/cache no longer has ${name}.`).toBe('function')
    }
  })
})

/** The reason for which a fragment is not stored when `act` throws. */
function refusalOf(act: () => unknown): string | undefined {
  const scope = createDependencyScope(undefined, { name: 'test', label: 'fragment' })
  const onError = createRenderErrorHandler(newWorkStore(), scope)
  try {
    act()
  } catch (error) {
    onError(error)
  }
  return scope.uncacheable?.reason
}

describe('the client components of a document', () => {
  const singleton = 'server/app-render/manifests-singleton.js'
  const renderer = 'server/route-modules/app-page/vendored/ssr/react-dom-server.js'

  it('Next loads client components by these functions and manifests', async () => {
    for (const name of ['__next_require__', '__next_chunk_load__'])
      expect(source('server/app-render/app-render.js'), moved('app-render.js', name)).toContain(
        `globalThis.${name}`,
      )
    const { setManifestsSingleton } = load(singleton)
    setManifestsSingleton({
      page: '/page',
      clientReferenceManifest: {
        clientModules: { '/Badge.tsx': { id: 7, name: '*', chunks: ['browser.js'], async: false } },
        rscModuleMapping: {},
        ssrModuleMapping: { 7: { '*': { id: 'server', name: '*', chunks: ['server.js'], async: false } } },
      },
      serverActionsManifest: { encryptionKey: '', node: {}, edge: {} },
    })
    const Badge = () => null
    const chunks: string[] = []
    Object.assign(globalThis, {
      __next_require__: (id: string) => (id === 'server' ? { Badge } : undefined),
      __next_chunk_load__: async (chunk: string) => void chunks.push(chunk),
    })
    const reference = Object.assign(() => {}, { $$id: '/Badge.tsx#Badge' })
    expect(await loadClientExport(reference, newWorkStore()), moved(singleton, 'ssrModuleMapping')).toBe(
      Badge,
    )
    expect(chunks).toEqual(['server.js'])
    const unknown = Object.assign(() => {}, { $$id: '/Other.tsx#Other' })
    expect(await loadClientExport(unknown, newWorkStore())).toBeUndefined()
  })

  it('Next has a renderer of documents that shares React with client components', () => {
    expect(source(renderer), moved(renderer, 'ReactDOMServer')).toContain(
      "vendored['react-ssr'].ReactDOMServer",
    )
    const entrypoints = 'server/route-modules/app-page/vendored/ssr/entrypoints.js'
    expect(source(entrypoints), moved(entrypoints, 'react-dom/server')).toContain('react-dom/server')
  })
})

describe('the links of the router', () => {
  const links = 'client/components/links.js'
  it.each([
    [links, 'function mountLinkInstance(element, href, router, fetchStrategy, prefetchEnabled, set'],
    [links, 'function unmountPrefetchableInstance(element)'],
    [links, 'function onNavigationIntent(element, unstable_upgradeToDynamicPrefetch)'],
    ['client/components/segment-cache/types.js', 'FetchStrategy["PPR"]'],
    ['client/components/segment-cache/types.js', 'FetchStrategy["Full"]'],
    ['client/has-base-path.js', 'function hasBasePath(path)'],
    ['client/remove-base-path.js', 'function removeBasePath(path)'],
    ['shared/lib/router/utils/is-local-url.js', 'function isLocalURL(url)'],
    ['client/image-component.js', "decoding: decoding,\n        \"data-nimg\": fill ? 'fill' : '1',"],
  ])('%s has what the links and images of a fragment use: %s', (file, part) => {
    expect(source(file), moved(file, part)).toContain(part)
  })
})
