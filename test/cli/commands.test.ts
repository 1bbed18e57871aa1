import { setTimeout } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FragmentView } from '../../lib/cli/inspect/inspectFragment.ts'
import { createRedisKeys } from '../../lib/redis/redisKeys.ts'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { runCommitAll } from '../../lib/redis/scripts/runCommitAll.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { runCli, runJson } from './fakeTerminal.ts'
import { FILM, FILM_FULL, LIST, LIST_FULL, plantFragments } from './plantFragments.ts'

let server: RedisServer
let redis: Redis
beforeAll(async () => {
  server = await startRedis()
  redis = server.client
})
afterAll(() => server.stop())
beforeEach(() => plantFragments(redis))

const runAsJson = <T>(...args: string[]) => runJson<T>([...args, '--redis', server.url])
const runText = (...args: string[]) => runCli([...args, '--redis', server.url])
const NONE = { entries: 0, bytes: 0, dependencies: 0 }
const readSize = (key: string) => redis.strlen(key)

describe('stats', () => {
  it('stats counts fragments by name, bytes, dependencies and objects', async () => {
    const { code, data } = await runAsJson('stats')
    const [film, list] = [await readSize(FILM_FULL), await readSize(LIST_FULL)]
    expect(code).toBe(0)
    expect(data).toEqual({
      redis: `redis://127.0.0.1:${server.port}`,
      namespace: 'cc',
      fragments: 2,
      bytes: film + list,
      dependencies: 4,
      objects: 3,
      members: 4,
      oldest: { key: expect.any(String), createdAt: '1970-01-01T00:00:01.000Z' },
      newest: { key: expect.any(String), createdAt: '1970-01-01T00:00:01.000Z' },
      clock: 0,
      epoch: await redis.get('cc:epoch'),
      next: {
        page: NONE,
        routeHandler: NONE,
        data: NONE,
        cachedFunction: NONE,
      },
      names: [
        { name: 'list', fragments: 1, bytes: list, dependencies: 3 },
        { name: 'film', fragments: 1, bytes: film, dependencies: 1 },
      ],
    })
  })

  it('stats shows the oldest and the newest fragment', async () => {
    const store = redisStore(redis, { local: false })
    await commitEntry(store, '"newer"@"b7"', { createdAt: 9_000 })
    await store.close()
    expect((await runAsJson('stats')).data).toMatchObject({
      oldest: { createdAt: '1970-01-01T00:00:01.000Z' },
      newest: { key: '"newer"@"b7"', createdAt: '1970-01-01T00:00:09.000Z' },
    })
  })

  it('stats counts unreadable entries, and an empty cache', async () => {
    await redis.set('cc:frag:odd', 'hello')
    expect((await runAsJson('stats')).data).toMatchObject({
      fragments: 3,
      names: [{}, {}, { name: null, fragments: 1, bytes: 5, dependencies: 0 }],
    })
    await redis.flushall()
    expect((await runAsJson('stats')).data).toMatchObject({
      fragments: 0,
      names: [],
      oldest: null,
      epoch: null,
    })
    expect((await runText('stats')).out).toContain('none')
  })

  it('stats reads headers with 500 dependencies', async () => {
    const store = redisStore(redis, { local: false })
    await commitEntry(store, '"archive"@"b7"', {
      dependencies: Array.from({ length: 500 }, (_, id) => `film:${id}`),
    })
    await store.close()
    expect((await runAsJson('stats')).data).toMatchObject({ dependencies: 504 })
  })

  it('stats counts only its own namespace and prefixes', async () => {
    expect((await runAsJson('stats', '--namespace', 'other')).data).toMatchObject({
      namespace: 'other',
      fragments: 0,
    })
    const store = redisStore(redis, {
      namespace: 'other',
      objectPrefix: 'o:',
      reversePrefix: 'r:',
      local: false,
    })
    await commitEntry(store, FILM, { dependencies: ['film:1', 'film:2'] })
    await store.close()
    const env = { CONTENT_CACHE_REDIS_URL: server.url, CONTENT_CACHE_NAMESPACE: 'other' }
    const { data } = await runJson(['stats', '--object-prefix', 'o:', '--reverse-prefix', 'r:'], { env })
    expect(data).toMatchObject({ fragments: 1, objects: 2, members: 2 })
  })

  it('stats prints one row per fragment name', async () => {
    const { out } = await runText('stats')
    expect(out).toMatch(/^name +fragments +bytes +dependencies$/m)
    expect(out).toMatch(/^list +1 +\d+ B +3$/m)
  })
})

describe('inspect', () => {
  it.each([FILM, FILM_FULL])('inspect shows the fragment with the key %s', async (subject) => {
    const { code, data } = await runAsJson('inspect', subject)
    expect(code).toBe(0)
    expect(data).toEqual({
      kind: 'fragment',
      entryKind: 'fragment',
      key: FILM,
      redisKey: FILM_FULL,
      state: 'fresh',
      bytes: await readSize(FILM_FULL),
      ttlMs: expect.any(Number),
      filling: false,
      header: {
        name: 'film',
        createdAt: '1970-01-01T00:00:01.000Z',
        staleAt: null,
        discardAt: null,
        markedStale: false,
        route: '/films/1',
        payloadBytes: 6,
        dependencies: [{ object: 'film:1', indexed: true }],
      },
    })
  })

  it('inspect shows the state of a fragment, and whether it is marked stale', async () => {
    const inspectState = async (key: string) => {
      const { state, header } = (await runAsJson<FragmentView>('inspect', key)).data
      return [state, header?.markedStale]
    }
    const store = redisStore(redis, { local: false })
    await commitEntry(store, '"old"@"b7"', { staleAt: 2_000 })
    expect(await inspectState('"old"@"b7"')).toEqual(['stale', false])
    await store.refresh(['film:2'])
    await store.close()
    expect(await inspectState(LIST)).toEqual(['stale', true])
    const bytes = (await redis.getBuffer(FILM_FULL)) as Buffer
    await redis.set(FILM_FULL, Buffer.concat([bytes, Buffer.from('!')]))
    expect(await inspectState(FILM)).toEqual(['unreadable', false])
    await redis.set(FILM_FULL, 'hello')
    expect(await inspectState(FILM)).toEqual(['damaged', undefined])
    await redis.set('cc:epoch', 'another')
    expect(await inspectState(LIST)).toEqual(['outdated', true])
  })

  it('inspect reports dependencies missing from the index, and a pending fill', async () => {
    await redis.srem('obj:film:2', LIST_FULL)
    await redis.set(`cc:lease:${LIST}`, 'epoch 0 other-process')
    expect((await runAsJson('inspect', LIST)).data).toMatchObject({
      filling: true,
      header: { dependencies: [{ indexed: true }, { object: 'film:2', indexed: false }, { indexed: true }] },
    })
    expect((await runText('inspect', LIST)).out).toContain('film:2  not in the index')
  })

  it.each(['film:1', 'obj:film:1'])('inspect shows the fragments of the object %s', async (subject) => {
    await redis.sadd('obj:film:1', 'views:front')
    const { data } = await runAsJson<{ caches: { name: string }[] }>('inspect', subject)
    data.caches.sort((a, b) => (a.name < b.name ? -1 : 1))
    expect(data).toEqual({
      kind: 'object',
      object: 'film:1',
      redisKey: 'obj:film:1',
      total: 3,
      caches: [
        { name: FILM_FULL, fragment: FILM, kind: 'fragment', route: '/films/1', exists: true },
        { name: LIST_FULL, fragment: LIST, kind: 'fragment', route: '/', exists: true },
        { name: 'views:front', fragment: null, kind: null, route: null, exists: false },
      ],
      lastExpiry: null,
      clock: 0,
    })
    expect((await runText('inspect', subject, '--limit', '1')).out).toContain('1 more')
  })

  it('inspect shows an expired object that no fragment shows', async () => {
    await runText('expire', 'film:1')
    expect((await runAsJson('inspect', 'film:1')).data).toMatchObject({
      total: 0,
      caches: [],
      lastExpiry: 1,
      clock: 1,
    })
  })

  it('inspect lists the fragments with exactly the given name', async () => {
    const store = redisStore(redis, { local: false })
    await commitEntry(store, '"film"#hashed', { name: 'film', dependencies: ['film:1'] })
    await commitEntry(store, '"films"@"b7"', { name: 'films' })
    await commitEntry(store, '"a*c"@"b7"', { name: 'a*c' })
    await commitEntry(store, '"abc"@"b7"', { name: 'abc' })
    await store.close()
    const inspectKeys = async (name: string) => {
      const { data } = await runAsJson<{ total: number; fragments: { key: string }[] }>('inspect', name)
      return { total: data.total, keys: data.fragments.map(({ key }) => key).sort() }
    }
    expect(await inspectKeys('film')).toEqual({ total: 2, keys: ['"film"#hashed', FILM] })
    expect(await inspectKeys('a*c')).toEqual({ total: 1, keys: ['"a*c"@"b7"'] })
    expect((await runText('inspect', 'film', '--limit', '1')).out).toContain('1 more')
  })

  it('inspect fails for an unknown subject', async () => {
    const { code, out, err } = await runText('inspect', 'nothing')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('[not-found]')
    expect((await runAsJson('inspect', 'nothing')).data).toEqual({
      error: { code: 'not-found', message: expect.stringContaining('nothing') },
    })
  })
})

describe('expire', () => {
  const readStored = async () => {
    const store = redisStore(redis, { local: false })
    const keys = await filterStored(store, [FILM, LIST])
    await store.close()
    return keys
  }

  it('expire removes the fragments of the objects, and prints their number', async () => {
    expect(await runAsJson('expire', 'film:2', 'film:9')).toEqual({
      code: 0,
      data: { objects: 2, expired: 1 },
    })
    expect(await readStored()).toEqual([FILM])
    expect((await runText('expire', 'film:1')).out).toBe('expired 1 object: 1 cache removed\n')
    expect(await readStored()).toEqual([])
  })

  it('expire makes the store refuse fills that began before', async () => {
    const store = redisStore(redis, { local: false })
    const [lookup] = await store.lookup([{ key: FILM, ageMs: 0, shared: true }])
    await runText('expire', 'film:1')
    const entry = { ...lookup?.entry, dependencies: ['film:1'] } as NonNullable<
      NonNullable<typeof lookup>['entry']
    >
    expect(
      await store.commit(FILM, entry, lookup?.token as NonNullable<NonNullable<typeof lookup>['token']>),
    ).toBe('fenced')
    await store.close()
  })

  it('expire reads keys from standard input in addition to its arguments', async () => {
    const args = ['expire', 'film:9', '-', '--redis', server.url]
    const { data } = await runJson(args, { input: 'film:1\n\n  film:2  \r\nfilm:1' })
    expect(data).toEqual({ objects: 3, expired: 2 })
  })

  it('expire accepts more keys than one call to the store', async () => {
    const input = Array.from({ length: 2_500 }, (_, index) => `film:${index}`).join('\n')
    const { data } = await runJson(['expire', '-', '--redis', server.url], { input })
    expect(data).toEqual({ objects: 2_500, expired: 2 })
  })

  it('expire fails without an effect for an invalid key, and for no keys', async () => {
    const bad = await runCli(['expire', '-', '--redis', server.url], {
      input: `film:1\n${'x'.repeat(2_000)}`,
    })
    expect(bad).toMatchObject({ code: 2, err: expect.stringContaining('CC_INVALID_OBJ') })
    expect(await readStored()).toEqual([FILM, LIST])
    expect(await runCli(['expire', '--redis', server.url])).toMatchObject({ code: 2 })
  })

  it('expire succeeds when the pipe is empty', async () => {
    const { data } = await runJson(['expire', '-', '--redis', server.url], { input: '\n' })
    expect(data).toEqual({ objects: 0, expired: 0 })
  })

  it('expire fails with the cause when the store refuses the expiry', async () => {
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '1gb')
    const { code, err } = await runText('expire', 'film:1')
    await redis.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '0')
    expect(code).toBe(1)
    expect(err).toContain('CC_EXPIRE_FAILED')
    expect(err).toContain('cause: Redis has the eviction policy allkeys-lru')
  })
})

describe('flush', () => {
  it('flush starts a new epoch and removes only the fragments of the namespace', async () => {
    await redis.set('views:front', 'html')
    await redis.sadd('obj:film:1', 'views:front')
    const other = redisStore(redis, { namespace: 'other', local: false })
    await commitEntry(other, FILM, { dependencies: ['film:1'] })
    await other.close()
    const epoch = await redis.get('cc:epoch')
    const { code, data } = await runAsJson<{ epoch: string }>('flush', '--yes')
    expect(code).toBe(0)
    expect(data).toEqual({
      redis: `redis://127.0.0.1:${server.port}`,
      namespace: 'cc',
      fragments: 2,
      epoch: expect.any(String),
    })
    expect(data.epoch).not.toBe(epoch)
    expect(await redis.exists(FILM_FULL, LIST_FULL)).toBe(0)
    expect((await redis.smembers('obj:film:1')).sort()).toEqual([`other:frag:${FILM}`, 'views:front'])
  })

  it('flush removes caches that the client of another program stored in the namespace', async () => {
    const [epoch, clock] = await redis.mget('cc:epoch', 'cc:clock')
    const [result] = await runCommitAll({ redis, keys: createRedisKeys({}) }, [
      {
        redisKey: 'blocks:front',
        bytes: Buffer.from('html'),
        milliseconds: 60_000,
        token: { epoch: epoch ?? '', clock: Number(clock ?? 0) },
        dependencies: ['film:1'],
      },
    ])
    expect(result).toBe('committed')
    await runAsJson('flush', '--yes')
    expect(await redis.exists('blocks:front', 'sobj:blocks:front', 'obj:film:1')).toBe(0)
  })

  it('flush without a terminal requires --yes', async () => {
    const { code, err } = await runText('flush')
    expect(code).toBe(2)
    expect(err).toContain('--yes')
    expect(await redis.exists(FILM_FULL)).toBe(1)
  })

  it.each([
    ['y\n', 0, 0],
    ['YES\n', 0, 0],
    ['n\n', 1, 2],
    ['\n', 1, 2],
    ['', 1, 2],
  ])('flush asks for confirmation on a terminal and receives %j', async (input, code, left) => {
    const result = await runCli(['flush', '--redis', server.url], { input, tty: true })
    expect(result.code).toBe(code)
    expect(result.err).toContain(
      `Remove 2 fragments of namespace cc on redis://127.0.0.1:${server.port}? [y/N]`,
    )
    expect(await redis.exists(FILM_FULL, LIST_FULL)).toBe(left)
  })
})

it('doctor, expire and flush work on a full server', async () => {
  await redis.config('SET', 'maxmemory', '1mb')
  try {
    await redis.sadd('obj:film:9', 'cc:frag:"gone"@"b7"').catch(() => {})
    expect((await runText('doctor', '--fix')).code).toBe(0)
    expect((await runText('expire', 'film:1')).code).toBe(0)
    expect((await runText('flush', '--yes')).code).toBe(0)
  } finally {
    await redis.config('SET', 'maxmemory', '0')
    // Redis needs a moment to apply the new limit.
    await setTimeout(10)
  }
})
