import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { NextPageValue } from '../../lib/next/internals/nextPageValue.ts'
import { pageContext } from './handlerSite.ts'
import { load } from './nextInternals.ts'

/** A page in the output of a build. */
export interface BuiltPageFiles {
  readonly path: string
  readonly html: string
  readonly tags?: readonly string[]
  readonly postponed?: string
  readonly revalidate?: number | false
  readonly expire?: number
  /** Rendered for all paths of a route. */
  readonly isShell?: boolean
}

/** The output of `next build`, as far as the cache handlers read it. */
export interface BuiltSite {
  readonly serverDistDir: string
  /** For Next's own handler. */
  readonly fs: object
  readonly prerenderManifest: object
  setAge(milliseconds: number): void
  remove(): void
}

/** Writes the output of a build into a temporary folder. */
export function writeBuiltSite(pages: readonly BuiltPageFiles[], buildId = 'id'): BuiltSite {
  const folder = mkdtempSync(join(tmpdir(), 'built-'))
  const write = (path: string, text: string) => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  const routes: Record<string, object> = {}
  for (const { path, html, tags = [], postponed, revalidate = false, expire, isShell = false } of pages) {
    const { owner, key } = getRouteKey(path)
    const file = `server/app${path === '/' ? '/index' : path}`
    const headers = { 'x-next-cache-tags': tags.join(',') }
    write(`${file}.html`, html)
    write(`${file}.rsc`, `rsc of ${html}`)
    const routeCache = { key, owner, isFallback: isShell }
    write(`${file}.meta`, JSON.stringify({ headers, status: 200, postponed, routeCache }))
    routes[path] = {
      initialRevalidateSeconds: revalidate,
      initialExpireSeconds: expire,
      srcRoute: path,
      dataRoute: `${path}.rsc`,
    }
  }
  const prerenderManifest = { routes, dynamicRoutes: {} }
  write('prerender-manifest.json', JSON.stringify(prerenderManifest))
  write('BUILD_ID', buildId)
  return {
    serverDistDir: join(folder, 'server'),
    fs: load('server/lib/node-fs-methods.js').nodeFs,
    prerenderManifest,
    setAge(milliseconds) {
      const time = new Date(Date.now() - milliseconds)
      utimesSync(join(folder, 'BUILD_ID'), time, time)
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** What Next passes with the reads and writes of a built page. */
export function builtPageContext(path: string) {
  return pageContext('APP_PAGE', `${path === '/' ? '' : path}/page`)
}

export function builtValue({ html, tags = [], postponed }: BuiltPageFiles): NextPageValue {
  return {
    kind: 'APP_PAGE',
    html,
    rscData: Buffer.from(`rsc of ${html}`),
    headers: { 'x-next-cache-tags': tags.join(',') },
    postponed,
    status: 200,
    segmentData: undefined,
  }
}

function getRouteKey(path: string): { owner: object; key: string } {
  const { route } = builtPageContext(path)
  const { getRouteCacheKey } = load('server/lib/route-cache-key.js')
  return { owner: route, key: getRouteCacheKey(path, route) }
}
