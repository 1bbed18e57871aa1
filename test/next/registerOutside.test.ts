import 'next/dist/server/node-environment-baseline.js'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { getKeyError } from '../../lib/core/getObjectKeys.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { createContentCache } from '../../lib/next/createContentCache.ts'
import { workUnitAsyncStorage } from '../../lib/next/internals/workAsyncStorage.ts'
import { fromDataTag, toDataTag, toDataTags } from '../../lib/next/toDataTag.ts'
import { getCatchAllTag } from '../../lib/next/toNextTag.ts'

/** An object without a key. */
const noContentObject = {} as never

// Registration outside of fragments: in the caches of Next, with its own `cacheTag`.

const { registerContent, RegisterContent } = createContentCache({ store: memoryStore({ name: false }) })
let errors: string[]

beforeEach(() => {
  errors = []
  // Set by Next where 'use cache' is enabled.
  vi.stubEnv('__NEXT_USE_CACHE', '1')
  vi.spyOn(console, 'error').mockImplementation((error) => void errors.push(String(error)))
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

function runInside(type: string, task: () => unknown) {
  const unit = { type, tags: null as string[] | null }
  workUnitAsyncStorage.run(unit as never, task)
  return unit.tags
}

describe.each(['cache', 'private-cache'])('registering inside a cache of type %s', (type) => {
  it('a registration tags the cached data', () => {
    const tags = runInside(type, () => registerContent('story:1', ['story:2']))
    expect(tags).toEqual([getCatchAllTag('cc'), toDataTag('story:1', 'cc'), toDataTag('story:2', 'cc')])
  })

  it('a registration by a component tags the cached data as well', () => {
    expect(runInside(type, () => RegisterContent({ obj: 'story:1' }))).toContain(toDataTag('story:1', 'cc'))
  })

  it('a repeated registration adds one tag for each object', () => {
    const tags = runInside(type, () => ['story:1', 'story:1'].map((key) => registerContent(key, key)))
    expect(tags).toHaveLength(2)
  })

  it('a registration may have more objects than Next accepts tags in one call', () => {
    const objects = Array.from({ length: 300 }, (_, index) => `story:${index}`)
    expect(runInside(type, () => registerContent(objects))).toHaveLength(301)
  })

  it('a registration of a value without a key is refused', () => {
    expect(() => runInside(type, () => registerContent(noContentObject))).toThrow('CC_INVALID_OBJ')
  })
})

describe('a data tag', () => {
  it('a data tag is accepted by Next and can be read back, for any key', () => {
    const key = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 300 })
      .filter((text) => !getKeyError(text))
    fc.assert(
      fc.property(key, fc.string({ minLength: 1, maxLength: 20 }), (object, namespace) => {
        const tag = toDataTag(object, namespace)
        expect(tag.length).toBeLessThanOrEqual(256)
        expect(tag).not.toContain(',')
        expect([object, undefined]).toContain(fromDataTag(tag))
      }),
    )
    expect(fromDataTag(toDataTag('shop/product:gid://5, é', 'a:b'))).toBe('shop/product:gid://5, é')
  })

  it('data tags differ for keys that are too long to be read back', () => {
    const [one, two] = ['a', 'b'].map((end) => toDataTag('long'.repeat(100) + end, 'cc'))
    expect(one).not.toBe(two)
  })

  it('a Next tag is its own data tag, and is not expired as data', () => {
    expect(toDataTag('next/tag:prices', 'cc')).toBe('prices')
    expect(toDataTags(['next/tag:prices'], 'cc')).toEqual([])
  })
})

describe('registering inside unstable_cache', () => {
  const oneLoader = () => registerContent('story:1')
  const anotherLoader = () => registerContent('story:2')

  it('a registration in unstable_cache causes a warning per place, in development', () => {
    vi.stubEnv('NODE_ENV', 'development')
    for (const loader of [oneLoader, oneLoader, anotherLoader]) runInside('unstable-cache', loader)
    expect(errors).toHaveLength(2)
    expect(errors[0]).toContain(`registerContent('story:1') was called inside \`unstable_cache\``)
    expect(errors[0]).toContain('CC_REGISTER_IGNORED')
  })

  it('a registration in unstable_cache causes no warning in production', () => {
    vi.stubEnv('NODE_ENV', 'production')
    runInside('unstable-cache', () => registerContent('story:1'))
    expect(errors).toEqual([])
  })
})

it('registering outside of all caches does nothing', () => {
  expect(runInside('request', () => registerContent(noContentObject))).toBeNull()
  expect(() => registerContent(noContentObject)).not.toThrow()
})
