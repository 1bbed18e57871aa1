import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import type { Revalidation } from '../next/caches/site/revalidate.ts'
import { getRefusedRoutes } from '../next/caches/site/routes.ts'
import { type Cms, startCms } from './cms.ts'
import { type Site, start } from './nextSite.ts'
import { type BuildOptions, createWorkspace, type Workspace } from './nextWorkspace.ts'

/** Which caches a build has. */
export type Caches = 'content cache' | 'next' | 'published'

export interface CachingSiteOptions {
  readonly cacheComponents: boolean
  readonly caches?: Caches
  /** The name of the code, for a deploy. */
  readonly edition?: string
  /** Whether the site has the routes that its version of Next refuses. */
  readonly hasRefusedRoutes?: boolean
  /** Additional environment variables of the processes. */
  readonly env?: Record<string, string>
  /** Additional environment variables of the first build with this `edition`. */
  readonly buildEnv?: Record<string, string>
}

/** What the sites run on, where it is not the versions of the project. */
export interface CachingPlatform {
  /** Versions of packages. */
  readonly versions: Readonly<Record<string, string>> & { readonly next: string }
  /** The Node.js binary that builds and serves the sites. */
  readonly node: string
}

/** Builds and starts the caching site. */
export interface CachingSites {
  readonly cms: Cms
  /** Starts a process on a disk of its own. The build is made at the first call. */
  start(options: CachingSiteOptions): Promise<Site>
  /** Builds the site, as `start` does. @returns the folder of a copy */
  build(options: CachingSiteOptions): Promise<string>
}

const PUBLISHED_HANDLER = import.meta.resolve('@mrjasonroy/cache-components-cache-handler')

/** Prepares the sites of a file, and ends them after its tests. */
export function setUpCachingSites(platform?: CachingPlatform): () => CachingSites {
  const running: Site[] = []
  const node = platform && { node: platform.node }
  let workspace: Workspace
  let cms: Cms
  let sites: CachingSites

  beforeAll(async () => {
    const fixture = fileURLToPath(new URL('../next/caches', import.meta.url))
    workspace = await createWorkspace(fixture, platform && { versions: platform.versions })
    cms = await startCms((key) => (key.startsWith('missing/') ? null : '1'))
    sites = { cms, start: startSite, build: buildSite }
  })
  afterAll(async () => {
    for (const site of running) await site.stop()
    await cms?.stop()
    workspace?.dispose()
  })

  function getOptions({
    cacheComponents,
    caches = 'content cache',
    edition,
    hasRefusedRoutes,
  }: CachingSiteOptions) {
    const env = {
      CMS_URL: cms.url,
      CACHES: caches,
      PUBLISHED_HANDLER,
      ...(edition && { NEXT_PUBLIC_EDITION: edition }),
    }
    const omitted = hasRefusedRoutes
      ? []
      : getRefusedRoutes(platform?.versions.next).map(({ route }) => route)
    const variant = [caches.replace(' ', '-'), edition, hasRefusedRoutes && 'refused']
      .filter(Boolean)
      .join('-')
    return { cacheComponents, variant, omitted, env, ...node } satisfies BuildOptions
  }

  function buildSite(options: CachingSiteOptions): Promise<string> {
    const { env, ...build } = getOptions(options)
    return workspace.newBuiltSite({ ...build, env: { ...env, ...options.buildEnv } })
  }

  async function startSite(options: CachingSiteOptions): Promise<Site> {
    const { cacheComponents, env } = getOptions(options)
    const folder = await buildSite(options)
    const site = await start(folder, { cacheComponents, ...node, env: { ...env, ...options.env } })
    running.push(site)
    return site
  }

  return () => sites
}

/** Has a route handler revalidate. */
export async function revalidateInHandler(site: Site, revalidation: Revalidation): Promise<void> {
  const response = await fetch(`${site.origin}/control`, {
    method: 'POST',
    body: JSON.stringify(revalidation),
    signal: AbortSignal.timeout(60_000),
  })
  if (!response.ok) throw new Error(`The site answered ${response.status}:\n${site.log()}`)
}
