import { describe, expect, it } from 'vitest'
import { type RedisStoreOptions, redisStore } from '../../lib/redis/redisStore.ts'
import { applyDefaults } from '../../lib/redis/redisStoreOptions.ts'

// No server listens on this port. A store does not connect before its first use.
const URL = 'redis://127.0.0.1:1'

describe('options of the Redis store', () => {
  it.each<[string, unknown, unknown]>([
    ['namespace', { namespace: '' }, `''`],
    ['namespace', { namespace: 5 }, '5'],
    ['objectPrefix', { objectPrefix: '' }, `''`],
    ['reversePrefix', { reversePrefix: '' }, `''`],
    // An object `clock` would be the store's own clock.
    ['namespace', { namespace: 'obj' }, `'obj:`],
    ['namespace', { namespace: 'sobj' }, `'sobj:`],
    ['namespace', { namespace: 'obj:site' }, `'obj:`],
    ['objectPrefix', { objectPrefix: 'cc:' }, `'cc:`],
    ['objectPrefix', { objectPrefix: 'c' }, `'c'`],
    ['objectPrefix', { objectPrefix: 'cc:du' }, `'cc:du'`],
    ['objectPrefix', { objectPrefix: 'cc:frag:o:' }, `'cc:frag:o:'`],
    ['reversePrefix', { reversePrefix: 'cc:lease:' }, `'cc:lease:'`],
    // The families of all programs: fragments of Django and Rails, and Rails.cache.
    ['objectPrefix', { objectPrefix: 'cc:django:' }, `'cc:django:'`],
    ['objectPrefix', { objectPrefix: 'cc:rails:' }, `'cc:rails:'`],
    ['reversePrefix', { reversePrefix: 'cc:rails:o:' }, `'cc:rails:o:'`],
    ['objectPrefix', { objectPrefix: 'cc:cache:' }, `'cc:cache:'`],
    ['objectPrefix', { namespace: 'a', objectPrefix: 'a:' }, `'a:`],
    ['reversePrefix', { reversePrefix: 'obj:' }, `'obj:'`],
    ['reversePrefix', { reversePrefix: 'obj:reverse:' }, `'obj:reverse:'`],
    ['objectPrefix', { objectPrefix: 'sobj:' }, `'sobj:'`],
    ['objectPrefix', { objectPrefix: 's' }, `'s'`],
    ['local.maxBytes', { local: { maxBytes: 0 } }, '0'],
    ['local.maxBytes', { local: { maxBytes: -1 } }, '-1'],
    ['local.maxBytes', { local: { maxBytes: 1.5 } }, '1.5'],
    ['local.maxBytes', { local: { maxBytes: Infinity } }, 'Infinity'],
    ['local.maxStalenessMs', { local: { maxStalenessMs: 0 } }, '0'],
    ['local.maxStalenessMs', { local: { maxStalenessMs: Number.NaN } }, 'NaN'],
    ['batchSize', { batchSize: 1.5 }, '1.5'],
    ['batchSize', { batchSize: 0 }, '0'],
  ])('the option %s in %o is refused with an error that names it', (option, options, shownValue) => {
    expect(() => redisStore(URL, options as RedisStoreOptions)).toThrow(
      expect.objectContaining({
        code: 'CC_INVALID_OPTIONS',
        message: expect.stringMatching(new RegExp(`\`${option}\`.*${shownValue}`)),
      }),
    )
  })

  it.each<RedisStoreOptions>([
    { namespace: 'my site *[1]?', objectPrefix: 'o b j ' },
    { namespace: 'site', objectPrefix: 'site:obj:', reversePrefix: 'site:sobj:' },
    { namespace: 'object' },
    { local: { maxBytes: 1, maxStalenessMs: 0.5 }, batchSize: 1 },
  ])('the options %o are accepted', async (options) => {
    expect(() => redisStore(URL, options)).not.toThrow()
    await redisStore(URL, options).close?.()
  })
})

describe('errors of the options of the Redis store', () => {
  it.each([
    [{ maxAge: -1 }, 'Option `maxAge` must be a number of seconds above 0, but is -1.'],
    [{ retention: '1h' }, "Option `retention` must be a number of seconds above 0, but is '1h'."],
    [{ timeout: 0 }, 'Option `timeout` must be a number of milliseconds above 0, but is 0.'],
    [
      { local: { maxStalenessMs: -1 } },
      'Option `local.maxStalenessMs` must be a number of milliseconds above 0, but is -1.',
    ],
    [{ maxEntryBytes: 0 }, 'Option `maxEntryBytes` must be a number of bytes above 0, but is 0.'],
    [{ waitReplicas: -1 }, 'Option `waitReplicas` must be a whole number of replicas, 0 or more, but is -1.'],
    // Lifetimes in milliseconds: ten minutes, and 30 days.
    [{ retention: 600_000 }, 'Option `retention` must be at most 86,400 seconds (a day), but is 600000.'],
    [
      { maxAge: 2_592_000_000 },
      'Option `maxAge` must be at most 315,360,000 seconds (10 years), but is 2592000000.',
    ],
    [{ timeout: Infinity }, 'Option `timeout` must be at most 2,147,483,647 milliseconds, but is Infinity.'],
    [{ maxage: 3 }, 'Option `maxage` does not exist. Choose from `namespace`, '],
    [
      { local: { maxbytes: 1 } },
      'Option `local.maxbytes` does not exist. Choose from `local.maxBytes`, `local.maxStalenessMs`.',
    ],
    [
      { local: true },
      'Option `local` must be false or an object such as { maxBytes: 32 * 1024 * 1024 }, but is true.',
    ],
    [{ local: null }, 'Option `local` must be false or an object'],
    [5, "Option `options` of `redisStore` must be an object such as { namespace: 'shop' }, but is a number."],
    [null, 'but is null.'],
    [[], 'but is an array.'],
  ])('the error for %o says what to pass', (options, text) => {
    expect(() => redisStore(URL, options as RedisStoreOptions)).toThrow(
      expect.objectContaining({ code: 'CC_INVALID_OPTIONS', message: expect.stringContaining(text) }),
    )
  })

  it('an unknown option is answered with the names of all options', () => {
    expect(() => redisStore(URL, { maxage: 3 } as RedisStoreOptions)).toThrow(/`maxAge`.*`batchSize`/)
  })

  it('a secret in the place of the options is not shown', () => {
    expect(() => redisStore(URL, 'secret in the wrong place' as RedisStoreOptions)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('wrong place') }),
    )
  })

  it('the bounds themselves, and options that are undefined, are accepted', async () => {
    const options = { maxAge: 315_360_000, retention: 86_400, local: undefined, maxage: undefined }
    const store = redisStore(URL, options as unknown as RedisStoreOptions)
    await store.close()
  })
})

describe('the units of the options', () => {
  it('the defaults are 30 days, 10 minutes and a second', () => {
    expect(applyDefaults({})).toMatchObject({
      maxAgeMs: 30 * 24 * 3_600_000,
      retentionMs: 600_000,
      maxStalenessMs: 1_000,
    })
  })

  it('lifetimes are in seconds, and waits in milliseconds', () => {
    const options = { maxAge: 1.5, retention: 0.2, timeout: 300, local: { maxStalenessMs: 400 } }
    expect(applyDefaults(options)).toMatchObject({
      maxAgeMs: 1_500,
      retentionMs: 200,
      timeout: 300,
      maxStalenessMs: 400,
    })
  })
})

describe('the URL of Redis', () => {
  it.each(['redis://h', 'redis://u:p@h:1/2', 'rediss://h:6380/', '/run/redis.sock'])(
    'the URL %s is accepted',
    (url) => {
      expect(() => redisStore(url)).not.toThrow()
    },
  )

  it.each([
    'http://h:6379',
    'valkey://h',
    'unix:///s',
    'localhost',
    'h:6379',
    ' ',
    'redis://',
    'redis://h/abc',
    'redis://h/0/x',
  ])('the URL %j is refused', (url) => {
    expect(() => redisStore(url)).toThrow(expect.objectContaining({ code: 'CC_INVALID_OPTIONS' }))
  })

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [6379, 'a number'],
    [['redis://h'], 'an array'],
    [() => {}, 'a function'],
  ])('the target %o is refused with an error that shows its type', (target, type) => {
    const text = `Option \`target\` must be a URL such as redis://localhost:6379, ioredis options or an ioredis client, but is ${type}.`
    expect(() => redisStore(target as unknown as string)).toThrow(
      expect.objectContaining({ code: 'CC_INVALID_OPTIONS', message: expect.stringContaining(text) }),
    )
  })

  it('the options of ioredis are not checked', async () => {
    const target = { host: '127.0.0.1', port: 1, unknownToThisLibrary: true }
    await redisStore(target).close()
  })

  it('an error does not show the URL, because it may contain a password', () => {
    expect(() => redisStore('http://user:word@h')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('word') }),
    )
  })
})
