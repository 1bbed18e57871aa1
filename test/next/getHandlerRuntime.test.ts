import 'next/dist/server/node-environment-baseline.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isContentCacheError } from '../../lib/core/errors.ts'

// The handlers as Next loads them: each test has modules of its own, as a process has.

beforeEach(() => void vi.resetModules())
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const loadRuntime = async () => (await import('../../lib/entries/getHandlerRuntime.ts')).getHandlerRuntime
const loadStore = async () => (await import('../../lib/entries/getDefaultStore.ts')).getDefaultStore()

describe('what both handlers share', () => {
  it('a server keeps its caches in the store of the fragments', async () => {
    vi.stubEnv('CONTENT_CACHE_NAMESPACE', 'site')
    const getHandlerRuntime = await loadRuntime()
    const runtime = getHandlerRuntime()
    expect(runtime.fragmentStore).toBe(await loadStore())
    expect(runtime.engine.store).toBe(runtime.fragmentStore)
    expect(runtime.namespace).toBe('site')
    expect(getHandlerRuntime()).toBe(runtime)
  })

  it('a build keeps its caches in memory', async () => {
    vi.stubEnv('NEXT_PHASE', 'phase-production-build')
    const runtime = (await loadRuntime())()
    expect(runtime.engine.store).toMatchObject({ kind: 'memory', isLocal: true })
    expect(runtime.engine.store).not.toBe(runtime.fragmentStore)
    expect(runtime.fragmentStore).toBe(await loadStore())
  })

  it('invalid settings are refused until they are valid', async () => {
    vi.stubEnv('CONTENT_CACHE_NAMESPACE', ' site')
    const getHandlerRuntime = await loadRuntime()
    let refusal: unknown
    try {
      getHandlerRuntime()
    } catch (error) {
      refusal = error
    }
    expect(isContentCacheError(refusal)).toBe(true)
    expect(refusal).toMatchObject({ code: 'CC_INVALID_ENVIRONMENT' })
    vi.stubEnv('CONTENT_CACHE_NAMESPACE', 'site')
    expect(getHandlerRuntime().namespace).toBe('site')
  })
})

describe('the handlers that Next loads', () => {
  it('both handlers have the methods that Next calls, as default exports', async () => {
    const { default: CacheHandler } = await import('../../lib/entries/cacheHandler.ts')
    const { default: useCache } = await import('../../lib/entries/useCacheHandler.ts')
    const methods = Object.getOwnPropertyNames(CacheHandler.prototype)
    expect(methods).toEqual(expect.arrayContaining(['get', 'set', 'revalidateTag', 'resetRequestCache']))
    expect(Object.keys(useCache).sort()).toEqual(
      ['get', 'getExpiration', 'refreshTags', 'set', 'updateTags'].sort(),
    )
  })

  it('a server, and no build, reads the clock of the store when it loads the handlers', async () => {
    const getRuntime = await loadRuntime()
    const start = vi.spyOn(getRuntime(), 'getStartToken')
    await import('../../lib/entries/useCacheHandler.ts')
    expect(start).not.toHaveBeenCalled()
    await vi.waitFor(() => expect(start).toHaveBeenCalledOnce())
    vi.resetModules()
    vi.stubEnv('NEXT_PHASE', 'phase-production-build')
    const startOfBuild = vi.spyOn((await loadRuntime())(), 'getStartToken')
    await import('../../lib/entries/useCacheHandler.ts')
    await new Promise(setImmediate)
    expect(startOfBuild).not.toHaveBeenCalled()
  })

  it('invalid settings do not keep a server from starting', async () => {
    vi.stubEnv('CONTENT_CACHE_NAMESPACE', ' site')
    const error = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { default: useCache } = await import('../../lib/entries/useCacheHandler.ts')
    await vi.waitFor(() => expect(error).toHaveBeenCalledOnce())
    expect(await useCache.get('key', [])).toBeUndefined()
  })
})
