import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type CachingSites, revalidateInHandler } from '../../support/cachingSites.ts'
import type { Site } from '../../support/nextSite.ts'
import { redisEnvironment } from '../../support/redisEnvironment.ts'
import { type RedisServer, startRedis } from '../../support/redisServer.ts'
import { readAll, readShown } from '../../support/shownPage.ts'
import { EDITED_IDS, getPaths, getRoutes, KEPT_ID } from '../caches/site/routes.ts'
import { newValue, type ProcessGroup } from './allProcesses.ts'

const SOON = { timeout: 10_000, interval: 20 }
/** Long enough to see that something does not happen. */
const BRIEFLY = { timeout: 2_000, interval: 20 }

/** Two processes of one site. */
type Pair = readonly [Site, Site]

/** A complaint about the caches of Next. The check fails where it is true. */
interface Complaint {
  readonly title: string
  readonly only?: 'cacheComponents'
  /** The caches for which the complaint is true. */
  readonly control: 'next' | 'published'
  check(cms: CachingSites['cms'], pair: Pair): Promise<void>
}

async function expectSoon(site: Site, path: string, value: string): Promise<void> {
  await vi.waitFor(async () => expect((await readShown(site, path)).value).toBe(value), BRIEFLY)
}

/** Both processes have the page in their caches. Then its value changes, and the first process revalidates `tag`. */
async function editEverywhere(cms: CachingSites['cms'], pair: Pair, path: string, key: string, tag = key) {
  for (const site of pair) await readShown(site, path)
  const value = newValue()
  cms.write({ [key]: value })
  await revalidateInHandler(pair[0], { revalidateTag: [tag] })
  return value
}

const COMPLAINTS: readonly Complaint[] = [
  {
    title: 'a tag reaches all instances',
    control: 'next',
    async check(cms, pair) {
      const value = await editEverywhere(cms, pair, '/unstable/a', 'unstable/a')
      for (const site of pair) await expectSoon(site, '/unstable/a', value)
    },
  },
  {
    title: 'the tags of each call of one fetch are checked',
    control: 'next',
    async check(cms, pair) {
      // The entry was stored by a call with another tag.
      for (const site of pair) await readShown(site, '/twice/first/a')
      const value = await editEverywhere(cms, pair, '/twice/second/a', 'twice/a', 'twice/second/a')
      for (const site of pair) await expectSoon(site, '/twice/second/a', value)
    },
  },
  {
    title: 'each of several tags of one entry is checked',
    control: 'next',
    only: 'cacheComponents',
    async check(cms, pair) {
      const value = await editEverywhere(cms, pair, '/use-cache/a', 'use-cache/a', 'use-cache/all')
      for (const site of pair) await expectSoon(site, '/use-cache/a', value)
    },
  },
  {
    title: "an entry is cached again after 'max'",
    control: 'published',
    only: 'cacheComponents',
    async check(cms, [site]) {
      await readShown(site, '/seconds/max')
      const value = newValue()
      cms.write({ 'seconds/max': value })
      await revalidateInHandler(site, { revalidateTag: ['seconds/max'], profile: 'max' })
      await vi.waitFor(async () => expect((await readShown(site, '/seconds/max')).value).toBe(value), SOON)
      await vi.waitFor(async () => {
        const reads = cms.count('seconds/max')
        for (let request = 0; request < 3; request++) await readShown(site, '/seconds/max')
        expect(cms.count('seconds/max')).toBe(reads)
      }, BRIEFLY)
    },
  },
  {
    title: 'a not-found page is not for ever',
    control: 'next',
    async check(cms, pair) {
      cms.write({ 'missing/late': null })
      for (const site of pair) expect((await readShown(site, '/missing/late')).value).toBe('404')
      const value = await editEverywhere(cms, pair, '/missing/late', 'missing/late')
      for (const site of pair) await expectSoon(site, '/missing/late', value)
    },
  },
]

/** The known complaints by name, each with a control for which it is true. */
export function describeComplaints(
  sites: () => CachingSites,
  cacheComponents: boolean,
  group: () => ProcessGroup,
) {
  const complaints = COMPLAINTS.filter(({ only }) => only === undefined || cacheComponents)

  describe('known complaints', () => {
    const controls = {} as Record<'next' | 'published', Pair>
    let publishedRedis: RedisServer | undefined

    beforeAll(async () => {
      const startPair = async (caches: 'next' | 'published', env: Record<string, string> = {}) =>
        [
          await sites().start({ cacheComponents, caches, env }),
          await sites().start({ cacheComponents, caches, env }),
        ] as const
      controls.next = await startPair('next')
      // It keeps only 'use cache'.
      if (!cacheComponents) return
      publishedRedis = await startRedis()
      const env = { PUBLISHED_REDIS_URL: publishedRedis.url }
      await sites().build({ cacheComponents, caches: 'published', buildEnv: env })
      controls.published = await startPair('published', env)
    })
    afterAll(async () => {
      for (const site of Object.values(controls).flat()) await site.stop()
      await publishedRedis?.stop()
    })

    it.each(complaints)('$title', ({ check }) => check(sites().cms, [group().first, group().second]))

    it.each(complaints)('$title, but not with the $control caches', async ({ check, control }) => {
      await expect(check(sites().cms, controls[control])).rejects.toThrow()
    })

    describe('a new instance', () => {
      const paths = getPaths(getRoutes(cacheComponents), [...EDITED_IDS, KEPT_ID])
      const readStamps = (site: Site) => readAll(site, paths, 'stamps')

      it('a new instance is warm', async () => {
        const { first, redis } = group()
        await readStamps(first)
        const stamps = await readStamps(first)
        const env = redisEnvironment(redis.port)
        const late = await sites().start({ cacheComponents, env })
        expect(await readStamps(late)).toEqual(stamps)
        await late.stop()
      })

      it('a new instance is not warm with the next caches', async () => {
        const [first] = controls.next
        await readStamps(first)
        const stamps = await readStamps(first)
        const late = await sites().start({ cacheComponents, caches: 'next' })
        expect(await readStamps(late)).not.toEqual(stamps)
        await late.stop()
      })
    })
  })
}
