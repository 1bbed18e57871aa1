import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Site } from './nextSite.ts'

/** A site that runs for the tests of one `describe`. */
export function running(prepare: () => Promise<Site>): () => Site {
  let site: Site | undefined
  beforeAll(async () => {
    site = await prepare()
  })
  afterAll(() => site?.stop())
  return () => {
    if (site === undefined) throw new Error('The site has not started.')
    return site
  }
}

/** `next dev` compiles a route on its first visit, and what it compiles makes fragments anew. */
export async function visitAllRoutes(site: Site): Promise<void> {
  const app = join(site.folder, 'app')
  for (const file of readdirSync(app, { recursive: true, encoding: 'utf8' })) {
    const route = /^(.+)[\\/](?:page\.tsx|route\.ts)$/.exec(file)?.[1]
    if (route) await site.get(`/${route.replace(/\[\w+\]/g, 'first-visit')}`)
  }
}
