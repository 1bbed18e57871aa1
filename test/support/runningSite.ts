import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import type { Site } from './nextSite.ts'

/** Functions that start the sites of a file, in the order of their use. Each starts its site once. */
const starts: (() => Promise<Site>)[] = []

/**
 * Starts a site for the tests of one `describe`. The next site starts at the same time, because tests mostly wait.
 */
export function setUpSite(prepare: () => Promise<Site>): () => Site {
  let starting: Promise<Site> | undefined
  const start = () => (starting ??= prepare())
  const next = starts.push(start)
  let site: Site | undefined
  beforeAll(async () => {
    site = await start()
    // Its own tests report a failure. If they are skipped, the site ends with the process.
    starts[next]?.().catch(() => {})
  })
  afterAll(() => {
    // A site that starts after the timeout of its hook must not outlive the test run.
    if (site === undefined) void starting?.then((late) => late.stop()).catch(() => {})
    return site?.stop()
  })
  return () => {
    if (site === undefined) throw new Error('The site has not started.')
    return site
  }
}

/**
 * Visits all routes of `next dev`, which compiles each on its first visit. A compilation renders fragments again, and for
 * a second after it, requests share no fragments. Resolves after this second.
 */
export async function visitAllRoutes(site: Site): Promise<void> {
  const app = join(site.folder, 'app')
  const routes = readdirSync(app, { recursive: true, encoding: 'utf8' }).flatMap(
    (file) => /^(.+)[\\/](?:page\.tsx|route\.ts)$/.exec(file)?.[1] ?? [],
  )
  const visits = [...routes, 'a-route-that-does-not-exist']
  await Promise.all(visits.map((route) => site.get(`/${route.replace(/\[\w+\]/g, 'first-visit')}`)))
  const output = join(site.folder, '.next/dev/server')
  await vi.waitFor(() => expect(Date.now() - getNewestTime(output)).toBeGreaterThan(1_500), {
    timeout: 60_000,
  })
}

/** Returns the time at which the newest JavaScript file of a folder was written. */
function getNewestTime(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  )
  return Math.max(...files.map((file) => statSync(join(folder, file)).mtimeMs))
}
