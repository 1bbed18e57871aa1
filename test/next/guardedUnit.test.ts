import 'next/dist/server/node-environment-baseline.js'
import { unstable_noStore } from 'next/cache.js'
import { cookies, headers } from 'next/headers.js'
import { after, connection } from 'next/server.js'
import { describe, expect, it } from 'vitest'
import { findUnvariedRootParams } from '../../lib/next/findUnvariedRootParams.ts'
import { createGuardedUnit, INFINITE_CACHE } from '../../lib/next/internals/guardedUnit.ts'
import {
  getReadRootParams,
  openUnit,
  type RenderUnit,
  type RenderUnitStore,
} from '../../lib/next/internals/renderUnit.ts'
import { watchRequestObjects } from '../../lib/next/internals/watchRequestObjects.ts'
import { workAsyncStorage } from '../../lib/next/internals/workAsyncStorage.ts'
import { ignored, load, moved, newWorkStore, source, version } from '../support/nextInternals.ts'

// The internals of Next on which guarded fragments depend. See internals.test.ts.

describe('the work unit of a fragment', () => {
  it("the work unit of a fragment has the fields of a `'use cache'` function", () => {
    const file = 'server/use-cache/use-cache-wrapper.js'
    const created = /function createUseCacheStore\b.*?\n {8}return \{\n {12}type: 'cache',(.*?)\n {8}\};/s
    const fields = created.exec(source(file))?.[1]?.matchAll(/^ {12}(\w+)[,:]/gm)
    expect(fields, moved(file, "createUseCacheStore with a store of type 'cache'")).toBeDefined()
    const { unit } = createGuardedUnit(newWorkStore(), undefined, ignored)
    expect(Object.keys(unit).sort()).toEqual(['type', ...[...(fields ?? [])].map(([, name]) => name)].sort())
  })

  it("the work unit of a fragment has Next's value for no limit", () => {
    expect(load('lib/constants.js').INFINITE_CACHE, moved('lib/constants.js', 'INFINITE_CACHE')).toBe(
      INFINITE_CACHE,
    )
  })

  it('the library knows all types of work units in Next', () => {
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
    it(`each call of ${name}() in a fragment is reported, with an error that names it`, async () => {
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

  describe('a write of a nested cache', () => {
    const write = Promise.resolve()
    const openFragment = (pendingRevalidateWrites?: Promise<void>[]) => {
      const workStore = newWorkStore()
      if (pendingRevalidateWrites) workStore.pendingRevalidateWrites = pendingRevalidateWrites
      const { run, unit } = createGuardedUnit(workStore, undefined, ignored)
      const caches = (unit as { pendingNestedCacheMetadata?: Set<unknown> }).pendingNestedCacheMetadata
      if (caches === undefined) throw new Error('the unit has no pendingNestedCacheMetadata')
      const add = (promise: Promise<void>) =>
        run(() => workAsyncStorage.getStore()?.pendingRevalidateWrites?.push(promise))
      return { add, caches }
    }

    it('a write is a cache that the unit waits for where Next lists none, as before 16.3', () => {
      const writes: Promise<void>[] = []
      const { add, caches } = openFragment(writes)
      const next = Promise.resolve()
      expect(add(write)).toBe(1)
      expect(add(next)).toBe(2)
      expect([...caches]).toEqual([write, next])
      expect(writes).toEqual([write, next])
    })

    it('a write is not waited for where Next lists the cache itself', () => {
      const writes: Promise<void>[] = []
      const { add, caches } = openFragment(writes)
      const listed = Promise.resolve()
      caches.add(listed)
      add(write)
      expect([...caches]).toEqual([listed])
      expect(writes).toEqual([write])
    })

    it('a page without writes has none in a fragment', () => {
      expect(openFragment().add(write)).toBeUndefined()
    })
  })

  it('missing data in a prerender aborts the signal of the work unit', () => {
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

describe('objects of the request APIs', () => {
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
    it(`a fragment cannot use ${name}, and other code can`, () => {
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

  it('draft mode in a fragment is refused when on, and readable when off', () => {
    const { run } = createGuardedUnit(newWorkStore(), undefined, ignored)
    const off = before.draftMode
    expect(run(() => off.isEnabled)).toBe(false)
    const draft = Object.create(off, { _isEnabled: { value: true } })
    expect(draft.isEnabled).toBe(true)
    const moving = moved('server/async-storage/draft-mode-provider.js', 'isEnabled')
    expect(() => run(() => draft.isEnabled), moving).toThrow('draftMode()')
  })

  it('request data is readable in after(), when the fragment has ended', () => {
    const { run, unit } = createGuardedUnit(newWorkStore(), undefined, ignored)
    openUnit(unit).phase = 'after'
    expect(run(() => before.cookies.get('visitor')?.value)).toBe('one')
  })

  it('objects of the platform stay unchanged', () => {
    const unit = { type: 'request', cookies: new Map(), headers: new Headers({ a: 'b' }) }
    watchRequestObjects(unit as unknown as RenderUnit)
    const { run } = createGuardedUnit(newWorkStore(), undefined, ignored)
    expect(run(() => new Headers({ a: 'b' }).get('a'))).toBe('b')
    expect(run(() => new Map([['a', 'b']]).get('a'))).toBe('b')
  })
})

describe('calls of a fragment to Next', () => {
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

  it('a use of unstable_noStore() is detected', () => {
    const file = 'server/web/spec-extension/unstable-no-store.js'
    expect(recordUses(unstable_noStore), moved(file, 'isUnstableNoStore')).toEqual(['noStore'])
  })

  it('a use of after() is detected', () => {
    const use = () => {
      try {
        after(() => {})
      } catch {
        // No server is here to run the task.
      }
    }
    expect(recordUses(use), moved('server/after/after.js', 'afterContext')).toEqual(['after'])
  })
})

describe('a root param that a fragment reads', () => {
  it('a root param that a fragment reads is known by name and value', async () => {
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
    [
      'is reported when `vary` does not name its absence',
      [undefined, 'slug', [], ['a'], { other: 'a' }],
      ['slug'],
    ],
    ['is accepted when `vary` names its absence', [[undefined], ['a', null], { slug: undefined }], []],
  ])('a root param that the URL lacks %s', (_, varies, names) => {
    const params = [{ name: 'slug', value: undefined }]
    for (const vary of varies)
      expect(findUnvariedRootParams(params, vary), JSON.stringify(vary)).toEqual(names)
  })
})
