import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createContentClient } from '../../../lib/entries/createContentClient.ts'
import { redisStore } from '../../../lib/redis/redisStore.ts'
import type { CachingSites } from '../../support/cachingSites.ts'
import type { Site } from '../../support/nextSite.ts'
import { projectNext } from '../../support/nextVersion.ts'
import { SECRET } from '../../support/redisEnvironment.ts'
import type { RedisServer } from '../../support/redisServer.ts'
import { revalidateSite, toValues } from '../../support/revalidateSite.ts'
import { MAX_ATTEMPTS_MS, MAX_LAG_MS, REVALIDATION_KINDS } from '../../support/revalidationKinds.ts'
import { readAll, readShown } from '../../support/shownPage.ts'
import { type CachedPath, EDITED_IDS, getPaths, getRoutes, KEPT_ID } from '../caches/site/routes.ts'

/** Processes of one build on one Redis. The last one is strict. */
export interface ProcessGroup {
  readonly first: Site
  readonly second: Site
  readonly strict: Site
  readonly redis: RedisServer
}

/** For background renders. */
const MAX_REFRESH_MS = 20_000

let edits = 0

/** A value that no page has shown. */
export function newValue(): string {
  return `value-${++edits}`
}

/** A revalidation in one process shows in all at the next request. */
export function describeAllProcesses(
  sites: () => CachingSites,
  cacheComponents: boolean,
  group: () => ProcessGroup,
  next = projectNext,
) {
  const routes = getRoutes(cacheComponents, next)
  const edited = getPaths(routes, EDITED_IDS)
  const registered = edited.filter(({ isRegistered }) => isRegistered)
  const kept = getPaths(
    routes.filter(({ route }) => route.includes('[')),
    [KEPT_ID],
  )

  const getSites = () => [group().first, group().second, group().strict]

  /** The stamps of the pages that no test edits. Where processes have rendered at the same time, they agree later. */
  const settle = () =>
    vi.waitFor(
      async () => {
        const [stamps, ...others] = await readStamps()
        expect(others).toEqual([stamps, stamps])
        return [stamps, stamps, stamps]
      },
      { timeout: MAX_REFRESH_MS, interval: 20 },
    )
  const readStamps = () => Promise.all(getSites().map((site) => readAll(site, kept, 'stamps')))

  /**
   * Expects that the pages which no test edits are still stored. A process that Redis does not answer in time renders a page for
   * one request, and stores nothing. The stamps of a page that was replaced do not come back.
   */
  const expectKept = (stamps: Awaited<ReturnType<typeof settle>>) =>
    vi.waitFor(async () => expect(await readStamps()).toEqual(stamps), {
      timeout: MAX_REFRESH_MS,
      interval: 20,
    })

  /** All processes at the same time, so that they also meet in their renders. */
  async function expectInAll(paths: readonly CachedPath[], value: string, maxLagOf: (site: Site) => number) {
    const changedAt = performance.now()
    const reads = getSites().flatMap((site, index) =>
      paths.map(({ path }) =>
        expectSoon(site, path, value, changedAt + maxLagOf(site), `${path} of process ${index + 1}`),
      ),
    )
    await Promise.all(reads)
  }

  describe('all processes', () => {
    // All pages are warm in all processes, so that a stale copy would show.
    beforeAll(async () => {
      for (const site of getSites()) await readAll(site, edited)
    })

    const immediate = REVALIDATION_KINDS.filter(({ isRefresh }) => !isRefresh)
    it.each(immediate)('all processes are fresh at once after $name in $place', async (kind) => {
      const value = newValue()
      const stamps = await settle()
      sites().cms.write(toValues(edited, value))
      await revalidateSite(group().first, kind, edited)
      const reached = edited.filter(kind.reaches)
      await expectInAll(reached, value, (site) => {
        if (site === group().first) return 0
        if (kind.isUnacknowledged) return MAX_ATTEMPTS_MS + MAX_LAG_MS
        // The strict process asks Redis before it answers.
        return site === group().strict ? 0 : MAX_LAG_MS
      })
      if (!kind.isOfWholeSite) await expectKept(stamps)
    })

    const refreshes = REVALIDATION_KINDS.filter(({ isRefresh }) => isRefresh)
    it.each(refreshes)('all processes are stale once, then fresh after $name in $place', async (kind) => {
      const value = newValue()
      const [probe] = edited.filter((path) => kind.reaches(path)) as [CachedPath]
      const stamps = await settle()
      const before = await readAll(group().strict, [probe], 'stamps')
      sites().cms.write(toValues(edited, value))
      await revalidateSite(group().first, kind, edited)
      expect(await readAll(group().strict, [probe], 'stamps')).toEqual(before)
      await expectInAll(edited.filter(kind.reaches), value, () => MAX_REFRESH_MS)
      await expectKept(stamps)
    })

    it('all processes are fresh at once after expireObj in a script', async () => {
      const value = newValue()
      const stamps = await settle()
      sites().cms.write(toValues(edited, value))
      const store = redisStore({ host: '127.0.0.1', port: group().redis.port }, { secret: SECRET })
      try {
        const { expireObj } = createContentClient({ store })
        await expireObj(registered.map(({ key }) => `film:${key}`))
      } finally {
        await store.close()
      }
      await expectInAll(registered, value, (site) => (site === group().strict ? 0 : MAX_LAG_MS))
      await expectKept(stamps)
    })

    it('all processes follow a plain DEL of the keys in the index of an object', async () => {
      const value = newValue()
      const stamps = await settle()
      const { client } = group().redis
      sites().cms.write(toValues(edited, value))
      for (const { key } of registered) {
        const members = await client.smembers(`obj:film:${key}`)
        expect(members.length, key).toBeGreaterThan(0)
        await client.del(...members)
      }
      await expectInAll(registered, value, () => MAX_LAG_MS)
      await expectKept(stamps)
    })
  })
}

/** Expects the value of each request that is sent after `deadline`, and of an earlier one if it shows the value already. */
async function expectSoon(
  site: Site,
  path: string,
  value: string,
  deadline: number,
  title: string,
): Promise<void> {
  while (true) {
    const sentAt = performance.now()
    const shown = await readShown(site, path)
    if (shown.value === value) return
    if (sentAt >= deadline) return expect(shown.value, title).toBe(value)
  }
}
