import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import type { Site } from './nextSite.ts'

/** Start the sites of a file, in the order in which they are needed; each starts once. */
const starts: (() => Promise<Site>)[] = []

/**
 * A site that runs for the tests of one `describe`. The next one is made meanwhile: tests wait more than they compute.
 */
export function setUpSite(prepare: () => Promise<Site>): () => Site {
  let starting: Promise<Site> | undefined
  const start = () => (starting ??= prepare())
  const next = starts.push(start)
  let site: Site | undefined
  beforeAll(async () => {
    site = await start()
    // Where it fails, its own tests will say so. Where these are left out, the site ends with the process.
    starts[next]?.().catch(() => {})
  })
  afterAll(() => {
    // One that starts after its hook gave up must not outlive the test run.
    if (site === undefined) void starting?.then((late) => late.stop()).catch(() => {})
    return site?.stop()
  })
  return () => {
    if (site === undefined) throw new Error('The site has not started.')
    return site
  }
}

/**
 * `next dev` compiles a route on its first visit, and a compilation makes fragments again. In the second after it, a fragment
 * is of one request alone: this waits until that is over.
 */
export async function visitAllRoutes(site: Site): Promise<void> {
  const app = join(site.folder, 'app')
  const routes = readdirSync(app, { recursive: true, encoding: 'utf8' }).flatMap(
    (file) => /^(.+)[\\/](?:page\.tsx|route\.ts)$/.exec(file)?.[1] ?? [],
  )
  const visits = [...routes, 'a-route-that-does-not-exist']
  await Promise.all(visits.map((route) => site.get(`/${route.replace(/\[\w+\]/g, 'first-visit')}`)))
  const output = join(site.folder, '.next/dev/server')
  await vi.waitFor(() => expect(Date.now() - newestIn(output)).toBeGreaterThan(1_500), { timeout: 60_000 })
}

/** @returns when the newest JavaScript file of a folder was written */
function newestIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  )
  return Math.max(...files.map((file) => statSync(join(folder, file)).mtimeMs))
}
