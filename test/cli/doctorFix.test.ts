import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { doctorForFile, faultsIn } from './doctorForFile.ts'
import { FILM, FILM_FULL, LIST, LIST_FULL } from './plantFragments.ts'

const fixture = doctorForFile()
const { doctor, snapshot } = fixture

interface Fault {
  readonly title: string
  readonly code: string
  readonly count?: number
  plant(): Promise<unknown>
  /** What must hold once it is repaired. */
  check?(): Promise<void>
}

const gone = (key: string) => async () => expect(await fixture.redis.exists(key)).toBe(0)

const faults: Fault[] = [
  {
    title: 'a member of an object whose fragment is gone',
    code: 'dangling-members',
    plant: () => fixture.redis.sadd('obj:film:9', 'cc:frag:"gone"@"b7"'),
    check: gone('obj:film:9'),
  },
  {
    title: 'a member of an object that another program wrote, and whose cache is gone',
    code: 'dangling-members',
    plant: () => fixture.redis.sadd('obj:film:1', 'views:front'),
    check: async () =>
      expect((await fixture.redis.smembers('obj:film:1')).sort()).toEqual([FILM_FULL, LIST_FULL]),
  },
  {
    title: 'a thousand dead members among the living',
    code: 'dangling-members',
    count: 1_000,
    plant: () =>
      fixture.redis.sadd(
        'obj:film:1',
        ...Array.from({ length: 1_000 }, (_, index) => `cc:frag:"gone"@"b7"[${index}]`),
      ),
    check: async () => expect(await fixture.redis.scard('obj:film:1')).toBe(2),
  },
  {
    title: 'the set of a cache that is gone',
    code: 'dangling-sets',
    plant: () => fixture.redis.sadd('sobj:cc:frag:"gone"@"b7"', 'obj:film:1'),
    check: gone('sobj:cc:frag:"gone"@"b7"'),
  },
  {
    title: 'the set of a cache of another program that is gone',
    code: 'dangling-sets',
    plant: () => fixture.redis.sadd('sobj:views:front', 'obj:film:1'),
    check: gone('sobj:views:front'),
  },
  {
    title: 'a fragment that one of its objects does not list',
    code: 'unindexed',
    plant: () => fixture.redis.srem('obj:film:1', FILM_FULL),
    check: gone(FILM_FULL),
  },
  {
    title: 'a fragment whose own set is gone, so that an expiry would leave remains',
    code: 'unindexed',
    plant: () => fixture.redis.del(`sobj:${LIST_FULL}`),
    check: async () => {
      expect(await fixture.redis.exists(LIST_FULL, 'obj:film:2', 'obj:film:new')).toBe(0)
      expect(await fixture.redis.smembers('obj:film:1')).toEqual([FILM_FULL])
    },
  },
  {
    title: 'something among the fragments that is no entry',
    code: 'damaged',
    plant: () => fixture.redis.set('cc:frag:"odd"@"b7"', 'hello'),
    check: gone('cc:frag:"odd"@"b7"'),
  },
  {
    title: 'an entry that ends within its header',
    code: 'damaged',
    plant: async () =>
      fixture.redis.set(FILM_FULL, (await fixture.redis.getBuffer(FILM_FULL))?.subarray(0, 20) as Buffer),
    check: async () => expect(await fixture.redis.exists(FILM_FULL, `sobj:${FILM_FULL}`)).toBe(0),
  },
  {
    title: 'a hash among the fragments',
    code: 'damaged',
    plant: () => fixture.redis.hset('cc:frag:"odd"@"b7"', 'a', 'b'),
    check: gone('cc:frag:"odd"@"b7"'),
  },
  {
    title: 'an object that would vanish after a while',
    code: 'index-ttl',
    plant: () => fixture.redis.expire('obj:film:1', 1_000),
    check: async () => expect(await fixture.redis.ttl('obj:film:1')).toBe(-1),
  },
  {
    title: 'the set of a cache that would vanish after a while',
    code: 'index-ttl',
    plant: () => fixture.redis.expire(`sobj:${FILM_FULL}`, 1_000),
    check: async () => expect(await fixture.redis.ttl(`sobj:${FILM_FULL}`)).toBe(-1),
  },
  {
    title: 'a due list that would vanish after a while',
    code: 'index-ttl',
    plant: () => fixture.redis.expire('cc:due', 1_000),
    check: async () => expect(await fixture.redis.ttl('cc:due')).toBe(-1),
  },
]

describe.each(faults)('$title', ({ code, count = 1, plant, check }) => {
  it('the fault is found, and unchanged without --fix', async () => {
    await plant()
    const before = await snapshot()
    const ran = await doctor()
    expect(ran.code).toBe(1)
    expect(ran.data.healthy).toBe(false)
    expect(faultsIn(ran.data)).toEqual([{ code, count, fixed: 0 }])
    expect(await snapshot()).toEqual(before)
  })

  it('the fault is repaired with --fix', async () => {
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
    ['obj:film:9', () => fixture.redis.set('obj:film:9', 'somebody needs me')],
    ['sobj:views:front', () => fixture.redis.hset('sobj:views:front', 'a', 'b')],
    ['cc:log', () => fixture.redis.set('cc:log', 'no stream')],
    ['cc:clock', () => fixture.redis.lpush('cc:clock', '1')],
  ])('%s of another type', async (key, plant) => {
    await plant()
    const ran = await doctor('--fix')
    expect(ran.code).toBe(1)
    expect(faultsIn(ran.data)).toEqual([{ code: 'wrong-type', count: 1, fixed: 0 }])
    expect(ran.data.findings[0]).toMatchObject({ examples: [key], advice: expect.stringContaining('delete') })
    expect(await fixture.redis.exists(key)).toBe(1)
  })

  it('what is no set in the place of the set of a cache that is gone', async () => {
    await fixture.redis.sadd('obj:film:1', 'views:gone')
    await fixture.redis.hset('sobj:views:gone', 'a', 'b')
    const ran = await doctor('--fix')
    expect(faultsIn(ran.data)).toEqual([
      { code: 'wrong-type', count: 1, fixed: 0 },
      { code: 'dangling-members', count: 1, fixed: 1 },
    ])
    expect(await fixture.redis.exists('sobj:views:gone')).toBe(1)
    expect(await fixture.redis.sismember('obj:film:1', 'views:gone')).toBe(0)
  })

  it('a cache that another program enters in the index just before it writes it', async () => {
    await fixture.redis.sadd('obj:film:1', 'views:slow')
    await fixture.redis.sadd('sobj:views:slow', 'obj:film:1')
    const running = doctor('--fix')
    // Between the first look of the doctor and its second, which comes a second later.
    await setTimeout(500)
    await fixture.redis.set('views:slow', 'html')
    expect(faultsIn((await running).data)).toEqual([])
    expect(await fixture.redis.sismember('obj:film:1', 'views:slow')).toBe(1)
  })

  it('fragments of another version of the library', async () => {
    const bytes = (await fixture.redis.getBuffer(FILM_FULL)) as Buffer
    bytes[3] = 99
    await fixture.redis.set(FILM_FULL, bytes, 'KEEPTTL')
    const ran = await doctor('--fix')
    expect(ran.code).toBe(0)
    expect(faultsIn(ran.data)).toEqual([{ code: 'other-format', count: 1, fixed: 0 }])
    expect(await fixture.redis.exists(FILM_FULL)).toBe(1)
  })
})

it('--fix beside a site at work loses no fragment that an expiry could then not find', async () => {
  const store = redisStore(fixture.redis, { local: false, timeout: 5_000 })
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
