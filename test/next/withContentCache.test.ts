import { basename } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { withContentCache } from '../../lib/entries/config.ts'

afterEach(() => vi.unstubAllEnvs())

interface Config {
  readonly cacheComponents?: boolean
  readonly cacheHandler?: string
  readonly cacheHandlers?: Record<string, string>
  readonly cacheMaxMemorySize?: number
}

/** The configuration, with the names of files for their paths. */
function nameFiles({ cacheHandler, cacheHandlers, ...config }: Config): Config {
  return {
    ...config,
    ...(cacheHandler !== undefined && { cacheHandler: basename(cacheHandler) }),
    ...(cacheHandlers && {
      cacheHandlers: Object.fromEntries(
        Object.entries(cacheHandlers).map(([kind, path]) => [kind, basename(path)]),
      ),
    }),
  }
}

const pages = { cacheHandler: 'cacheHandler.js', cacheMaxMemorySize: 0 }
const useCache = { cacheHandlers: { default: 'useCacheHandler.js', remote: 'useCacheHandler.js' } }

describe('withContentCache', () => {
  it('both handlers are set, and no copies of Next remain', () => {
    expect(nameFiles(withContentCache<Config>({}))).toEqual({ ...pages, ...useCache })
  })

  it('the other settings and the handlers of other kinds stay', () => {
    const config: Config = {
      ...{ cacheComponents: true, cacheHandler: 'own.js', cacheMaxMemorySize: 7 },
      cacheHandlers: { default: 'own.js', sessions: 'sessions.js' },
    }
    expect(nameFiles(withContentCache(config))).toEqual({
      ...{ cacheComponents: true, ...pages },
      cacheHandlers: { ...useCache.cacheHandlers, sessions: 'sessions.js' },
    })
    expect(config.cacheHandlers).toEqual({ default: 'own.js', sessions: 'sessions.js' })
  })

  it.each([
    [{ pages: false }, useCache],
    // Next's own caches of 'use cache' need the memory.
    [{ useCache: false }, { cacheHandler: pages.cacheHandler }],
    [{ pages: false, useCache: false }, {}],
    [
      { pages: true, useCache: true },
      { ...pages, ...useCache },
    ],
  ])('the options %j set only these parts', (options, expected) => {
    expect(nameFiles(withContentCache<Config>({}, options))).toEqual(expected)
  })

  it('a part that is left out keeps its own handlers', () => {
    const own: Config = { cacheHandler: 'own.js', cacheHandlers: { default: 'own.js' } }
    expect(withContentCache(own, { pages: false, useCache: false })).toEqual(own)
  })

  it('a function gets the arguments of Next, and its configuration the handlers', async () => {
    const create = vi.fn((phase: string, { defaults }: { defaults: boolean }): Config => {
      return { cacheComponents: phase === 'build' && defaults }
    })
    const config = withContentCache(create)('build', { defaults: true })
    expect(nameFiles(await config)).toEqual({ cacheComponents: true, ...pages, ...useCache })
    const later = withContentCache(async (): Promise<Config> => ({ cacheComponents: true }))
    expect(nameFiles(await later())).toEqual({ cacheComponents: true, ...pages, ...useCache })
  })

  it('next dev keeps the caches of Next', async () => {
    vi.stubEnv('NODE_ENV', 'development')
    const config: Config = { cacheComponents: true }
    expect(withContentCache(config)).toEqual({ cacheComponents: true })
    expect(await withContentCache(() => config)()).toEqual({ cacheComponents: true })
  })

  it.each([
    ['an unknown option', { page: false }, 'page'],
    ['a value that is no boolean', { pages: 'yes' }, 'pages'],
    ['a value that is no boolean', { useCache: 1 }, 'useCache'],
    ['options that are no object', true, 'useCache: false'],
  ])('%s is refused: %j', (_, options, text) => {
    const refusal = expect.objectContaining({
      code: 'CC_INVALID_OPTIONS',
      message: expect.stringContaining(text),
    })
    expect(() => withContentCache({}, options as never)).toThrow(refusal)
  })
})
