import { PassThrough } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { examineEntries } from '../../lib/cli/doctor/examineEntries.ts'
import { examineServer } from '../../lib/cli/doctor/examineServer.ts'
import { createFindings } from '../../lib/cli/doctor/findings.ts'
import type { DoctorReport } from '../../lib/cli/doctor/runDoctor.ts'
import { createProgress } from '../../lib/cli/progress.ts'
import { createEntryCodec } from '../../lib/core/entryCodec.ts'
import { createRedisKeys } from '../../lib/redis/redisKeys.ts'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { runCli, runJson } from './fakeTerminal.ts'
import { FILM, FILM_FULL, LIST, LIST_FULL, plantFragments } from './plantFragments.ts'

const SECRET = 'a secret of this site'

let server: RedisServer
let redis: Redis
beforeAll(async () => {
  server = await startRedis()
  redis = server.client
})
afterAll(() => server.stop())
beforeEach(() => plantFragments(redis))

const doctor = (...args: string[]) => runJson<DoctorReport>(['doctor', '--redis', server.url, ...args])

/** What the test servers always have, and what depends on how busy this machine is. */
const IGNORED_WITHOUT_PERSISTENCE = ['no-persistence', 'no-memory-limit', 'slow']

const faultsIn = ({ findings, server: { persistence } }: DoctorReport) =>
  findings
    .filter(({ code }) => !(persistence === 'none' && IGNORED_WITHOUT_PERSISTENCE.includes(code)))
    .map(({ code, count, fixed }) => ({ code, count, fixed }))

describe('a healthy index', () => {
  it('is reported as such, with its sizes', async () => {
    const { code, data } = await doctor()
    expect(code).toBe(0)
    expect(faultsIn(data)).toEqual([])
    expect(data).toEqual({
      redis: `redis://127.0.0.1:${server.port}`,
      namespace: 'cc',
      healthy: true,
      server: {
        product: expect.stringMatching(/^(redis|valkey)$/),
        version: expect.stringMatching(/^\d+\.\d+/),
        primary: true,
        cluster: false,
        replicas: 0,
        maxmemory: 0,
        policy: 'noeviction',
        persistence: 'none',
        roundTripMs: expect.any(Number),
      },
      index: {
        fragments: 2,
        objects: 3,
        members: 4,
        reverse: 2,
        clock: 0,
        epoch: await redis.get('cc:epoch'),
        fence: 0,
        log: 0,
        due: 2,
      },
      findings: expect.any(Array),
    })
  })

  it('is left as it is by --fix', async () => {
    const before = await snapshot()
    await doctor('--fix')
    expect(await snapshot()).toEqual(before)
  })

  it('may hold fragments that depend on nothing, and an empty cache is healthy too', async () => {
    const store = redisStore(redis, { local: false })
    await commitEntry(store, '"static"@"b7"')
    await store.close()
    expect(faultsIn((await doctor()).data)).toEqual([])
    await redis.flushall()
    expect(await doctor()).toMatchObject({ code: 0, data: { healthy: true } })
  })

  it('may list caches of other programs and other namespaces', async () => {
    await redis.set('views:front', 'html')
    await redis.sadd('obj:film:1', 'views:front')
    await redis.sadd('sobj:views:front', 'obj:film:1')
    const other = redisStore(redis, { namespace: 'other', local: false })
    await commitEntry(other, FILM, { dependencies: ['film:1'] })
    await other.close()
    expect(faultsIn((await doctor('--fix')).data)).toEqual([])
    expect(await redis.smembers('obj:film:1')).toHaveLength(4)
  })

  it('may be large: fragments with many objects, objects with more members than a page', {
    timeout: 20_000,
  }, async () => {
    const store = redisStore(redis, { local: false, timeout: 5_000 })
    const many = Array.from({ length: 500 }, (_, index) => `film:${index}`)
    await commitEntry(store, '"archive"@"b7"', { dependencies: many })
    const pages = Array.from({ length: 700 }, (_, page) => `"page"@"b7"[${page}]`)
    await Promise.all(pages.map((key) => commitEntry(store, key, { dependencies: ['menu'] })))
    await store.close()
    const { data } = await doctor()
    expect(faultsIn(data)).toEqual([])
    expect(data.index).toMatchObject({ fragments: 703, members: 500 + 700 + 4 })
  })

  it('may hold names of other programs that are no text', async () => {
    const name = Buffer.from([0x76, 0xff, 0xfe])
    await redis.set(name, 'html')
    await redis.sadd('obj:film:1', name)
    await redis.sadd(Buffer.concat([Buffer.from('sobj:'), name]), 'obj:film:1')
    expect(faultsIn((await doctor('--fix')).data)).toEqual([])
    expect(await redis.sismember('obj:film:1', name)).toBe(1)
  })

  it('may change between two looks: a fragment counts as unindexed only when it is at one moment', async () => {
    await redis.srem('obj:film:1', FILM_FULL)
    const findings = createFindings()
    const mended = new Proxy(redis, {
      get(target, property) {
        // The second look is a transaction. This reaches Redis before it.
        if (property === 'multi') void target.sadd('obj:film:1', FILM_FULL)
        const value = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const progress = createProgress(new PassThrough())
    const context = {
      redis: mended,
      keys: createRedisKeys({}),
      codec: createEntryCodec(createRedisKeys({}).fragmentPrefix),
      findings,
      fix: true,
      progress,
    }
    await examineEntries(context)
    expect(findings.list()).toEqual([])
    expect(await redis.exists(FILM_FULL)).toBe(1)
  })
})

async function snapshot() {
  const keys = (await redis.keys('*')).sort()
  return Promise.all(
    keys.map(async (key) => {
      const type = await redis.type(key)
      return [key, type === 'set' ? (await redis.smembers(key)).sort() : (await redis.ttl(key)) < 0]
    }),
  )
}

interface Fault {
  readonly title: string
  readonly code: string
  readonly count?: number
  plant(): Promise<unknown>
  /** What must hold once it is repaired. */
  check?(): Promise<void>
}

const gone = (key: string) => async () => expect(await redis.exists(key)).toBe(0)

const faults: Fault[] = [
  {
    title: 'a member of an object whose fragment is gone',
    code: 'dangling-members',
    plant: () => redis.sadd('obj:film:9', 'cc:frag:"gone"@"b7"'),
    check: gone('obj:film:9'),
  },
  {
    title: 'a member of an object that another program wrote, and whose cache is gone',
    code: 'dangling-members',
    plant: () => redis.sadd('obj:film:1', 'views:front'),
    check: async () => expect((await redis.smembers('obj:film:1')).sort()).toEqual([FILM_FULL, LIST_FULL]),
  },
  {
    title: 'a thousand dead members among the living',
    code: 'dangling-members',
    count: 1_000,
    plant: () =>
      redis.sadd(
        'obj:film:1',
        ...Array.from({ length: 1_000 }, (_, index) => `cc:frag:"gone"@"b7"[${index}]`),
      ),
    check: async () => expect(await redis.scard('obj:film:1')).toBe(2),
  },
  {
    title: 'the set of a cache that is gone',
    code: 'dangling-sets',
    plant: () => redis.sadd('sobj:cc:frag:"gone"@"b7"', 'obj:film:1'),
    check: gone('sobj:cc:frag:"gone"@"b7"'),
  },
  {
    title: 'the set of a cache of another program that is gone',
    code: 'dangling-sets',
    plant: () => redis.sadd('sobj:views:front', 'obj:film:1'),
    check: gone('sobj:views:front'),
  },
  {
    title: 'a fragment that one of its objects does not list',
    code: 'unindexed',
    plant: () => redis.srem('obj:film:1', FILM_FULL),
    check: gone(FILM_FULL),
  },
  {
    title: 'a fragment whose own set is gone, so that an expiry would leave remains',
    code: 'unindexed',
    plant: () => redis.del(`sobj:${LIST_FULL}`),
    check: async () => {
      expect(await redis.exists(LIST_FULL, 'obj:film:2', 'obj:film:new')).toBe(0)
      expect(await redis.smembers('obj:film:1')).toEqual([FILM_FULL])
    },
  },
  {
    title: 'something among the fragments that is no entry',
    code: 'damaged',
    plant: () => redis.set('cc:frag:"odd"@"b7"', 'hello'),
    check: gone('cc:frag:"odd"@"b7"'),
  },
  {
    title: 'an entry that ends within its header',
    code: 'damaged',
    plant: async () => redis.set(FILM_FULL, (await redis.getBuffer(FILM_FULL))?.subarray(0, 20) as Buffer),
    check: async () => expect(await redis.exists(FILM_FULL, `sobj:${FILM_FULL}`)).toBe(0),
  },
  {
    title: 'a hash among the fragments',
    code: 'damaged',
    plant: () => redis.hset('cc:frag:"odd"@"b7"', 'a', 'b'),
    check: gone('cc:frag:"odd"@"b7"'),
  },
  {
    title: 'an object that would vanish after a while',
    code: 'index-ttl',
    plant: () => redis.expire('obj:film:1', 1_000),
    check: async () => expect(await redis.ttl('obj:film:1')).toBe(-1),
  },
  {
    title: 'the set of a cache that would vanish after a while',
    code: 'index-ttl',
    plant: () => redis.expire(`sobj:${FILM_FULL}`, 1_000),
    check: async () => expect(await redis.ttl(`sobj:${FILM_FULL}`)).toBe(-1),
  },
  {
    title: 'a due list that would vanish after a while',
    code: 'index-ttl',
    plant: () => redis.expire('cc:due', 1_000),
    check: async () => expect(await redis.ttl('cc:due')).toBe(-1),
  },
]

describe.each(faults)('$title', ({ code, count = 1, plant, check }) => {
  it('is found, and left as it is without --fix', async () => {
    await plant()
    const before = await snapshot()
    const ran = await doctor()
    expect(ran.code).toBe(1)
    expect(ran.data.healthy).toBe(false)
    expect(faultsIn(ran.data)).toEqual([{ code, count, fixed: 0 }])
    expect(await snapshot()).toEqual(before)
  })

  it('is repaired with --fix', async () => {
    await plant()
    const ran = await doctor('--fix')
    expect(ran.code).toBe(0)
    expect(faultsIn(ran.data)).toContainEqual({ code, count, fixed: count })
    await check?.()
    const after = await doctor()
    expect(faultsIn(after.data)).toEqual([])
  })
})

describe('what --fix does not touch', () => {
  it.each([
    ['obj:film:9', () => redis.set('obj:film:9', 'somebody needs me')],
    ['sobj:views:front', () => redis.hset('sobj:views:front', 'a', 'b')],
    ['cc:log', () => redis.set('cc:log', 'no stream')],
    ['cc:clock', () => redis.lpush('cc:clock', '1')],
  ])('%s of another type', async (key, plant) => {
    await plant()
    const ran = await doctor('--fix')
    expect(ran.code).toBe(1)
    expect(faultsIn(ran.data)).toEqual([{ code: 'wrong-type', count: 1, fixed: 0 }])
    expect(ran.data.findings[0]).toMatchObject({ examples: [key], advice: expect.stringContaining('delete') })
    expect(await redis.exists(key)).toBe(1)
  })

  it('what is no set in the place of the set of a cache that is gone', async () => {
    await redis.sadd('obj:film:1', 'views:gone')
    await redis.hset('sobj:views:gone', 'a', 'b')
    const ran = await doctor('--fix')
    expect(faultsIn(ran.data)).toEqual([
      { code: 'wrong-type', count: 1, fixed: 0 },
      { code: 'dangling-members', count: 1, fixed: 1 },
    ])
    expect(await redis.exists('sobj:views:gone')).toBe(1)
    expect(await redis.sismember('obj:film:1', 'views:gone')).toBe(0)
  })

  it('a cache that another program enters in the index just before it writes it', async () => {
    await redis.sadd('obj:film:1', 'views:slow')
    await redis.sadd('sobj:views:slow', 'obj:film:1')
    const running = doctor('--fix')
    await setTimeout(500)
    await redis.set('views:slow', 'html')
    expect(faultsIn((await running).data)).toEqual([])
    expect(await redis.sismember('obj:film:1', 'views:slow')).toBe(1)
  })

  it('fragments of another version of the library', async () => {
    const bytes = (await redis.getBuffer(FILM_FULL)) as Buffer
    bytes[3] = 99
    await redis.set(FILM_FULL, bytes, 'KEEPTTL')
    const ran = await doctor('--fix')
    expect(ran.code).toBe(0)
    expect(faultsIn(ran.data)).toEqual([{ code: 'other-format', count: 1, fixed: 0 }])
    expect(await redis.exists(FILM_FULL)).toBe(1)
  })
})

describe('sealed fragments', () => {
  const withSecret = (...args: string[]) =>
    runJson<DoctorReport>(['doctor', '--redis', server.url, ...args], {
      env: { CONTENT_CACHE_SECRET: SECRET, OTHER: 'the secret of another site' },
    })

  it('are readable with the secret of the site', async () => {
    await plantFragments(redis, SECRET)
    expect(faultsIn((await withSecret()).data)).toEqual([])
  })

  it.each([
    ['without the secret', () => doctor('--fix')],
    ['with another', () => withSecret('--fix', '--secret-env', 'OTHER')],
  ])('are not taken for damaged %s, and stay', async (_, run) => {
    await plantFragments(redis, SECRET)
    const { code, data } = await run()
    expect(code).toBe(0)
    expect(faultsIn(data)).toEqual([{ code: 'unreadable', count: 2, fixed: 0 }])
    expect(await redis.exists(FILM_FULL, LIST_FULL)).toBe(2)
  })

  it('that the index does not list are found without the secret too', async () => {
    await plantFragments(redis, SECRET)
    await redis.srem('obj:film:1', FILM_FULL)
    expect(faultsIn((await doctor('--fix')).data)).toEqual([
      { code: 'unindexed', count: 1, fixed: 1 },
      { code: 'unreadable', count: 1, fixed: 0 },
    ])
  })
})

it('a damaged payload is a warning: the site replaces what it cannot read', async () => {
  const at = (await redis.getBuffer(FILM_FULL))?.indexOf('output') as number
  await redis.setrange(FILM_FULL, at, 'O')
  const { code, data } = await doctor()
  expect(faultsIn(data)).toEqual([{ code: 'unreadable', count: 1, fixed: 0 }])
  expect(code).toBe(0)
})

it('fragments of an earlier epoch are a warning, and --fix gives their memory back', async () => {
  await redis.set('cc:epoch', 'another')
  const result = await doctor()
  expect(result.code).toBe(0)
  expect(faultsIn(result.data)).toEqual([{ code: 'outdated', count: 2, fixed: 0 }])
  await doctor('--fix')
  expect((await redis.keys('*')).sort()).toEqual(['cc:epoch'])
})

it('--fix beside a site at work loses no fragment that an expiry could then not find', async () => {
  const store = redisStore(redis, { local: false, timeout: 5_000 })
  const busy = Array.from({ length: 10 }, (_, index) => `"busy"@"b7"[${index}]`)
  let working = true
  const site = (async () => {
    for (let round = 0; working; round++) {
      await Promise.all(
        busy.map((key, index) => commitEntry(store, key, { dependencies: ['busy', `busy:${index}`] })),
      )
      await store.expire([round % 2 ? 'busy' : `busy:${round % 10}`])
    }
  })()
  try {
    for (let round = 0; round < 5; round++) expect(faultsIn((await doctor('--fix')).data)).toEqual([])
  } finally {
    working = false
    await site
  }
  await store.expire(['busy'])
  expect(await filterStored(store, [...busy, FILM, LIST])).toEqual([FILM, LIST])
  await store.close()
}, 20_000)

it('asks for no unbounded reply', async () => {
  await redis.sadd('obj:film:9', 'cc:frag:"gone"@"b7"')
  const monitor = await new Redis(server.url).monitor()
  const commands: string[] = []
  monitor.on('monitor', (_time: string, [command]: string[], source: string) => {
    if (source !== 'lua') commands.push(String(command).toLowerCase())
  })
  for (const args of [
    ['doctor', '--fix'],
    ['stats'],
    ['inspect', 'film:1'],
    ['inspect', 'film'],
    ['flush', '--yes'],
  ])
    await runCli([...args, '--redis', server.url])
  monitor.disconnect()
  expect(commands).toContain('scan')
  expect(commands).toContain('sscan')
  expect(commands.filter((command) => ['keys', 'smembers', 'hgetall', 'flushdb'].includes(command))).toEqual(
    [],
  )
})

describe('the text', () => {
  it('names what was found, what is wrong with it and what to do', async () => {
    await redis.srem('obj:film:1', FILM_FULL)
    const { code, out } = await runCli(['doctor', '--redis', server.url])
    expect(code).toBe(1)
    expect(out).toContain('problem  1 × fragment that is missing from the index')
    expect(out).toContain(FILM_FULL)
    expect(out).toContain('doctor --fix')
  })

  it('says what was repaired', async () => {
    await redis.srem('obj:film:1', FILM_FULL)
    const { out } = await runCli(['doctor', '--fix', '--redis', server.url])
    expect(out).toContain('fixed  1 × fragment that is missing from the index')
    expect(out).toContain('Healthy')
  })

  it('shows control characters in names, and does not send them', async () => {
    await redis.sadd('obj:film:9', 'views:\u001b[2Jx')
    const { out } = await runCli(['doctor', '--redis', server.url])
    expect(out).toContain('views:\\u{1b}[2Jx')
    expect(out).not.toContain('\u001b')
  })

  it('has colours on a terminal only, and not with NO_COLOR', async () => {
    const args = ['doctor', '--redis', server.url]
    expect((await runCli(args)).out).not.toContain('\u001b[')
    expect((await runCli(args, { tty: true })).out).toContain('\u001b[3')
    expect((await runCli(args, { tty: true, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b[')
  })
})

describe('the server', () => {
  const codesOf = ({ findings }: DoctorReport) => findings.map(({ code }) => code)

  it('with an eviction policy that may drop the index first is a problem that --fix cannot repair', async () => {
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '1gb')
    try {
      const { code, data } = await doctor('--fix')
      expect(code).toBe(1)
      expect(data.findings[0]).toMatchObject({ code: 'CC_REDIS_EVICTION', severity: 'problem', fixed: 0 })
    } finally {
      await redis.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '0')
    }
  })

  it('is warned of for what its way of writing to disk can lose', async () => {
    expect(codesOf((await doctor()).data)).toContain('no-persistence')
    await redis.config('SET', 'save', '3600 1')
    expect(codesOf((await doctor()).data)).toContain('snapshots-only')
    await redis.config('SET', 'appendonly', 'yes')
    const { code, data } = await doctor()
    expect(code).toBe(0)
    expect(codesOf(data)).toContain('append-only-delay')
    await redis.config('SET', 'appendonly', 'no')
    await redis.config('SET', 'save', '')
  })

  it('has a memory limit, or a warning', async () => {
    expect(codesOf((await doctor()).data)).toContain('no-memory-limit')
    await redis.config('SET', 'maxmemory', '100mb')
    expect(codesOf((await doctor()).data)).not.toContain('no-memory-limit')
    await redis.config('SET', 'maxmemory', '0')
  })

  it('with replicas may lose expiries in a fail-over; a replica is the wrong place to ask', async () => {
    // It would wait some seconds for further replicas.
    await redis.config('SET', 'repl-diskless-sync-delay', '0')
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(server.port)] })
    try {
      while (!(await replica.client.info('replication')).includes('master_link_status:up'))
        await setTimeout(50)
      expect(codesOf((await doctor()).data)).toContain('replication')
      await redis.sadd('obj:film:9', 'cc:frag:"gone"@"b7"')
      await redis.wait(1, 1_000)
      const ran = await runJson<DoctorReport>(['doctor', '--fix', '--redis', replica.url])
      expect(ran.code).toBe(1)
      expect(codesOf(ran.data)).toEqual(expect.arrayContaining(['replica', 'dangling-members']))
    } finally {
      await replica.stop()
    }
  })

  it('that is a cluster is a problem, and its keys are not examined', async () => {
    const cluster = await startRedis({ args: ['--cluster-enabled', 'yes'] })
    try {
      const ran = await runJson<DoctorReport>(['doctor', '--redis', cluster.url])
      expect(ran).toMatchObject({ code: 1, data: { index: null, findings: [{ code: 'cluster' }, {}, {}] } })
    } finally {
      await cluster.stop()
    }
  })

  it('that is too old is a problem', async () => {
    const info = 'redis_version:6.0.16\r\nrole:master\r\nmaxmemory_policy:allkeys-lru\r\n'
    const old = { info: async () => info, config: async () => ['save', ''], ping: async () => 'PONG' }
    const findings = createFindings()
    await examineServer(old as unknown as Redis, findings)
    expect(findings.list().map(({ code }) => code)).toEqual(
      expect.arrayContaining(['CC_REDIS_UNSUPPORTED', 'CC_REDIS_EVICTION']),
    )
  })

  it('that dies meanwhile is reported without a stack', async () => {
    const doomed = await startRedis()
    const pipeline = doomed.client.pipeline()
    for (let index = 0; index < 20_000; index++) pipeline.sadd(`obj:${index}`, `views:${index}`)
    await pipeline.exec()
    const running = runCli(['doctor', '--redis', doomed.url])
    await setTimeout(150)
    await doomed.kill()
    const { code, out, err } = await running
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain('CC_REDIS_UNREACHABLE')
    expect(err).not.toMatch(/^\s+at /m)
    await doomed.stop()
  })
})
