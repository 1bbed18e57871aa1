import { expect, it } from 'vitest'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { type ContentCacheOptions, createContentCache } from '../../lib/next/createContentCache.ts'

const store = memoryStore({ name: false })

it.each([
  [
    'no options',
    undefined,
    'Option `options` of `createContentCache` must be an object such as { store: memoryStore() }, but is undefined.',
  ],
  ['null', null, 'but is null.'],
  ['a string', 'redis://h', 'but is a string.'],
  ['no store', {}, 'Option `store` must be a store such as memoryStore(), but is undefined.'],
  [
    'an unknown name',
    { store, fillTimeOut: 3 },
    'Option `fillTimeOut` does not exist. Choose from `store`, `keyOf`, ',
  ],
  [
    'a limit that is a string',
    { store, fillTimeout: '3s' },
    "Option `fillTimeout` must be a number of milliseconds above 0, but is '3s'.",
  ],
  ['a store instead of options', store, 'Option `kind` does not exist. Choose from `store`, '],
])('the error for %s says what to pass', (_, options, text) => {
  expect(() => createContentCache(options as ContentCacheOptions)).toThrow(
    expect.objectContaining({ code: 'CC_INVALID_OPTIONS', message: expect.stringContaining(text) }),
  )
})

it('options that are undefined are accepted', () => {
  const options = { store, keyOf: undefined, fillTimeout: undefined, fillTimeOut: undefined }
  expect(() => createContentCache(options as unknown as ContentCacheOptions)).not.toThrow()
})
