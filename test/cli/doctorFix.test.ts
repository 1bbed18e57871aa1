import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { doctorForFile, listFaults } from './doctorForFile.ts'
import { FILM, FILM_FULL, LIST, LIST_FULL } from './plantFragments.ts'

const fixture = doctorForFile()
const { doctor, snapshot } = fixture

interface Fault {
  readonly title: string
  readonly code: string
  readonly count?: number
  plant(): Promise<unknown>
  /** Checks the state after the repair. */
  check?(): Promise<void>
}

const expectGone = (key: string) => async () => expect(await fixture.redis.exists(key)).toBe(0)

const faults: Fault[] = [
  {
    title: 'a member of an object set whose fragment does not exist',
    code: 'dangling-members',
    plant: () => fixture.redis.sadd('obj:film:9', 'cc:frag:"gone"@"b7"'),
    check: expectGone('obj:film:9'),
  },
  {
    title: 'a member of an object set whose cache of another program does not exist',
    code: 'dangling-members',
    plant: () => fixture.redis.sadd('obj:film:1', 'views:front'),
    check: async () =>
      expect((await fixture.redis.smembers('obj:film:1')).sort()).toEqual([FILM_FULL, LIST_FULL]),
  },
  {
    title: '1,000 members of an object set whose fragments do not exist',
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
    title: 'the set of a fragment that does not exist',
    code: 'dangling-sets',
    plant: () => fixture.redis.sadd('sobj:cc:frag:"gone"@"b7"', 'obj:film:1'),
    check: expectGone('sobj:cc:frag:"gone"@"b7"'),
  },
  {
    title: 'the set of a cache of another program that does not exist',
    code: 'dangling-sets',
    plant: () => fixture.redis.sadd('sobj:views:front', 'obj:film:1'),
    check: expectGone('sobj:views:front'),
  },
  {
    title: 'a fragment that one of its objects does not list',
    code: 'unindexed',
    plant: () => fixture.redis.srem('obj:film:1', FILM_FULL),
    check: expectGone(FILM_FULL),
  },
  {
    title: 'a fragment without a set of its objects',
    code: 'unindexed',
    plant: () => fixture.redis.del(`sobj:${LIST_FULL}`),
    check: async () => {
      expect(await fixture.redis.exists(LIST_FULL, 'obj:film:2', 'obj:film:new')).toBe(0)
      expect(await fixture.redis.smembers('obj:film:1')).toEqual([FILM_FULL])
    },
  },
  {
    title: 'a string with the prefix of fragments that is not an entry',
    code: 'damaged',
    plant: () => fixture.redis.set('cc:frag:"odd"@"b7"', 'hello'),
    check: expectGone('cc:frag:"odd"@"b7"'),
  },
  {
    title: 'an entry that ends within its header',
    code: 'damaged',
    plant: async () =>
      fixture.redis.set(FILM_FULL, (await fixture.redis.getBuffer(FILM_FULL))?.subarray(0, 20) as Buffer),
    check: async () => expect(await fixture.redis.exists(FILM_FULL, `sobj:${FILM_FULL}`)).toBe(0),
  },
  {
    title: 'a hash with the prefix of fragments',
    code: 'damaged',
    plant: () => fixture.redis.hset('cc:frag:"odd"@"b7"', 'a', 'b'),
    check: expectGone('cc:frag:"odd"@"b7"'),
  },
  {
    title: 'an object set with a time to live',
    code: 'index-ttl',
    plant: () => fixture.redis.expire('obj:film:1', 1_000),
    check: async () => expect(await fixture.redis.ttl('obj:film:1')).toBe(-1),
  },
  {
    title: 'the set of a fragment with a time to live',
    code: 'index-ttl',
    plant: () => fixture.redis.expire(`sobj:${FILM_FULL}`, 1_000),
    check: async () => expect(await fixture.redis.ttl(`sobj:${FILM_FULL}`)).toBe(-1),
  },
  {
    title: 'a due list with a time to live',
    code: 'index-ttl',
    plant: () => fixture.redis.expire('cc:due', 1_000),
    check: async () => expect(await fixture.redis.ttl('cc:due')).toBe(-1),
  },
  {
    title: 'a record of expiries with a time to live',
    code: 'index-ttl',
    plant: () => fixture.redis.zadd('cc:paths', 0, '').then(() => fixture.redis.expire('cc:paths', 1_000)),
    check: async () => expect(await fixture.redis.ttl('cc:paths')).toBe(-1),
  },
]

describe.each(faults)('doctor on $title', ({ title, code, count = 1, plant, check }) => {
  it(`doctor finds ${title} and changes nothing`, async () => {
    await plant()
    const before = await snapshot()
    const result = await doctor()
    expect(result.code).toBe(1)
    expect(result.data.healthy).toBe(false)
    expect(listFaults(result.data)).toEqual([{ code, count, fixed: 0 }])
    expect(await snapshot()).toEqual(before)
  })

  it(`doctor --fix repairs ${title}`, async () => {
    await plant()
    const result = await doctor('--fix')
    expect(result.code).toBe(0)
    expect(listFaults(result.data)).toContainEqual({ code, count, fixed: count })
    await check?.()
    const after = await doctor()
    expect(listFaults(after.data)).toEqual([])
  })
})

describe('doctor --fix', () => {
  it.each([
    ['obj:film:9', () => fixture.redis.set('obj:film:9', 'data of another program')],
    ['sobj:views:front', () => fixture.redis.hset('sobj:views:front', 'a', 'b')],
    ['cc:log', () => fixture.redis.set('cc:log', 'not a stream')],
    ['cc:clock', () => fixture.redis.lpush('cc:clock', '1')],
  ])('doctor --fix keeps the key %s of another type', async (key, plant) => {
    await plant()
    const result = await doctor('--fix')
    expect(result.code).toBe(1)
    expect(listFaults(result.data)).toEqual([{ code: 'wrong-type', count: 1, fixed: 0 }])
    expect(result.data.findings[0]).toMatchObject({
      examples: [key],
      advice: expect.stringContaining('delete'),
    })
    expect(await fixture.redis.exists(key)).toBe(1)
  })

  it('doctor --fix keeps a hash in the place of the set of a missing cache', async () => {
    await fixture.redis.sadd('obj:film:1', 'views:gone')
    await fixture.redis.hset('sobj:views:gone', 'a', 'b')
    const result = await doctor('--fix')
    expect(listFaults(result.data)).toEqual([
      { code: 'wrong-type', count: 1, fixed: 0 },
      { code: 'dangling-members', count: 1, fixed: 1 },
    ])
    expect(await fixture.redis.exists('sobj:views:gone')).toBe(1)
    expect(await fixture.redis.sismember('obj:film:1', 'views:gone')).toBe(0)
  })

  it('doctor --fix keeps a reference to a cache that is written a moment later', async () => {
    await fixture.redis.sadd('obj:film:1', 'views:slow')
    await fixture.redis.sadd('sobj:views:slow', 'obj:film:1')
    const running = doctor('--fix')
    // The two checks of the doctor are a second apart. This is between them.
    await setTimeout(500)
    await fixture.redis.set('views:slow', 'html')
    expect(listFaults((await running).data)).toEqual([])
    expect(await fixture.redis.sismember('obj:film:1', 'views:slow')).toBe(1)
  })

  it('doctor --fix keeps fragments of another version of the library', async () => {
    const bytes = (await fixture.redis.getBuffer(FILM_FULL)) as Buffer
    bytes[3] = 99
    await fixture.redis.set(FILM_FULL, bytes, 'KEEPTTL')
    const result = await doctor('--fix')
    expect(result.code).toBe(0)
    expect(listFaults(result.data)).toEqual([{ code: 'other-format', count: 1, fixed: 0 }])
    expect(await fixture.redis.exists(FILM_FULL)).toBe(1)
  })
})

it('doctor --fix beside a working site leaves every fragment in the index', async () => {
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
    for (let round = 0; round < 5; round++) expect(listFaults((await doctor('--fix')).data)).toEqual([])
  } finally {
    working = false
    await site
  }
  await store.expire(['busy'])
  expect(await filterStored(store, [...busy, FILM, LIST])).toEqual([FILM, LIST])
  await store.close()
}, 20_000)
