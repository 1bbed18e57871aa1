import { beforeAll, describe, expect, it } from 'vitest'
import type { CachingSites } from '../../support/cachingSites.ts'
import type { Site } from '../../support/nextSite.ts'
import { projectNext } from '../../support/nextVersion.ts'
import { revalidateSite, toValues } from '../../support/revalidateSite.ts'
import {
  MAX_ATTEMPTS_MS,
  MAX_LAG_MS,
  REVALIDATION_KINDS,
  type RevalidationKind,
} from '../../support/revalidationKinds.ts'
import { readAll } from '../../support/shownPage.ts'
import { type CachedPath, EDITED_IDS, getPaths, getRoutes } from '../caches/site/routes.ts'
import { EDIT_STEPS, getFreshValue, REMOVAL } from './editSteps.ts'
import { findDifferences } from './nextDifferences.ts'

/** The values of the pages, by path. */
type Values = Record<string, string>

/** The headers of an answer that do not depend on whether it was a hit. */
const HEADERS = ['cache-control', 'content-type', 'vary', 'x-nextjs-postponed', 'x-nextjs-stale-time']

interface Answers {
  readonly values: Record<string, Values>
  /** After all steps, by path. */
  readonly headers: Record<string, unknown>
}

/** How long background renders may take, in milliseconds. */
const MAX_REFRESH_MS = 10_000

/** The answers of `sites`, which share their caches, to the sequence. The first site revalidates. */
async function recordAnswers(
  { cms }: CachingSites,
  sites: readonly [Site, ...Site[]],
  paths: readonly CachedPath[],
  isSettled: (title: string, path: string) => boolean = () => false,
): Promise<Answers> {
  const answers: Record<string, Values> = {}

  async function record(title: string): Promise<Values> {
    const all: Record<string, Set<string | undefined>> = {}
    for (const site of sites) {
      const values = await readAll(site, paths)
      for (const { path } of paths) (all[path] ??= new Set()).add(values[path])
    }
    // A difference between the processes shows as two values.
    return (answers[title] = Object.fromEntries(
      Object.entries(all).map(([path, values]) => [path, [...values].join(' | ')]),
    ))
  }

  for (const { title, kind, value } of EDIT_STEPS) {
    if (value !== '1') cms.write(toValues(paths, value))
    if (kind !== undefined) await revalidateSite(sites[0], kind, paths)
    const awaited = paths.filter((path) => kind?.reaches(path) && !isSettled(title, path.path))
    const deadline = performance.now() + (kind?.isRefresh ? MAX_REFRESH_MS : MAX_ATTEMPTS_MS + MAX_LAG_MS)
    while (true) {
      const sentAt = performance.now()
      const values = await record(title)
      if (sentAt >= deadline || awaited.every(({ path }) => values[path] === value)) break
    }
  }

  const removed = paths.filter(({ isMissing }) => isMissing)
  cms.write(toValues(removed, null))
  await revalidateSite(sites[0], REVALIDATION_KINDS[0] as RevalidationKind, removed)
  const deadline = performance.now() + MAX_LAG_MS
  while (true) {
    const values = await record(REMOVAL)
    if (performance.now() >= deadline || !Object.values(values).some((value) => value.includes(' | '))) break
  }
  const headers = await Promise.all(paths.map(async ({ path }) => [path, await readHeaders(sites, path)]))
  return { values: answers, headers: Object.fromEntries(headers) }
}

/** The status and the headers of a page. They must not differ between the sites. */
async function readHeaders(sites: readonly Site[], path: string): Promise<unknown> {
  const [first, ...others] = await Promise.all(
    sites.map(async (site) => {
      const { status, headers } = await site.get(path)
      return { status, ...Object.fromEntries(HEADERS.map((name) => [name, headers.get(name)])) }
    }),
  )
  for (const other of others) expect(other, path).toEqual(first)
  return first
}

/** The content cache answers as Next's own caches do in one process. */
export function describeEqualAnswers(
  sites: () => CachingSites,
  cacheComponents: boolean,
  groups: Record<string, () => Promise<readonly [Site, ...Site[]]>>,
  nextVersion = projectNext,
) {
  const paths = getPaths(getRoutes(cacheComponents, nextVersion), EDITED_IDS)
  const differences = findDifferences(cacheComponents, nextVersion)

  const isKnown = (title: string, path: string) =>
    differences.some((difference) => difference.path === path && difference.steps.includes(title))

  /** The values that only the content cache shows. */
  function getRenewed(title: string): Values {
    const renewed = paths.filter(({ path }) => isKnown(title, path))
    return Object.fromEntries(renewed.map((path) => [path.path, getFreshValue(title, path)]))
  }

  describe('equal answers', () => {
    let next: Answers

    beforeAll(async () => {
      sites().cms.reset()
      const site = await sites().start({ cacheComponents, caches: 'next' })
      next = await recordAnswers(sites(), [site], paths, isKnown)
      await site.stop()
    })

    describe.each(Object.entries(groups))('answers of %s', (_, startGroup) => {
      let ours: Answers

      beforeAll(async () => {
        sites().cms.reset()
        ours = await recordAnswers(sites(), await startGroup(), paths)
      })

      it.each([...EDIT_STEPS.map(({ title }) => title), REMOVAL])(
        'the answers are equal after %s',
        (title) => {
          expect(ours.values[title]).toEqual({ ...next.values[title], ...getRenewed(title) })
        },
      )

      it('the answers have equal status codes and headers', () => {
        expect(ours.headers).toEqual(next.headers)
      })
    })

    it.each(differences)('only the caches of Next do not renew $path, because $reason', ({ path, steps }) => {
      for (const title of steps) expect(next.values[title]?.[path], title).not.toBe(getRenewed(title)[path])
    })
  })
}
