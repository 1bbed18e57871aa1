import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Site } from './nextSite.ts'

/** Start the sites of a file, in the order in which they are needed; each starts once. */
const starts: (() => Promise<Site>)[] = []

/**
 * A site that runs for the tests of one `describe`. The next one is made meanwhile: tests wait more than they compute.
 */
export function running(prepare: () => Promise<Site>): () => Site {
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

/** `next dev` compiles a route on its first visit, and what it compiles makes fragments anew. */
export async function visitAllRoutes(site: Site): Promise<void> {
  const app = join(site.folder, 'app')
  const routes = readdirSync(app, { recursive: true, encoding: 'utf8' }).flatMap(
    (file) => /^(.+)[\\/](?:page\.tsx|route\.ts)$/.exec(file)?.[1] ?? [],
  )
  await Promise.all(routes.map((route) => site.get(`/${route.replace(/\[\w+\]/g, 'first-visit')}`)))
}
