import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fileSystemCacheModule from 'next/dist/server/lib/incremental-cache/file-system-cache.js'
import type { NextPageValue } from './nextPageValue.ts'

/** What Next passes to the constructor of a cache handler, for its own handler. */
export interface BuildOutputContext {
  readonly serverDistDir?: string
  readonly fs?: object
}

/** A page, or the answer of a route handler, that the build has rendered. Lifetimes are in seconds. */
export interface BuiltPage {
  readonly key: string
  readonly isRouteHandler: boolean
  readonly tags: readonly string[]
  readonly revalidate: number | false
  readonly expire: number | undefined
}

/** How Next describes the page that it reads. */
export interface PageReadContext {
  readonly kind: string
  readonly isFallback?: boolean
  readonly isRoutePPREnabled?: boolean
}

/** The pages that `next build` has written to the disk. */
export interface BuildOutput {
  /** Reads a page. Next's own handler knows its files. */
  readPage(key: string, context: PageReadContext): Promise<NextPageValue | null | undefined>
  listPages(): Promise<BuiltPage[]>
  /** How old the build is, in milliseconds on the wall clock of this machine. `Infinity` when that is unknown. */
  getAgeMs(): number
  /** Notes on the disk that the pages were taken into a store. @returns whether this is the first time */
  claimSeeding(): boolean
}

interface FileSystemCache {
  get(key: string, context: PageReadContext): Promise<{ readonly value: NextPageValue | null } | null>
}

type FileSystemCacheConstructor = new (context: object) => FileSystemCache

export function createBuildOutput(context: BuildOutputContext): BuildOutput {
  const { serverDistDir } = context
  let reader: FileSystemCache | undefined
  return {
    async readPage(key, readContext) {
      if (serverDistDir === undefined) return undefined
      reader ??= createReader(context)
      return (await reader.get(key, readContext))?.value
    },
    async listPages() {
      if (serverDistDir === undefined) return []
      const lifetimes = readLifetimes(serverDistDir)
      const pages: BuiltPage[] = []
      for (const folder of ['app', 'pages']) {
        for (const file of await listBuiltFiles(join(serverDistDir, folder)))
          pages.push(await readBuiltPage(join(serverDistDir, folder), file, lifetimes))
      }
      return pages
    },
    getAgeMs() {
      if (serverDistDir === undefined) return Infinity
      try {
        return Math.max(0, Date.now() - statSync(join(serverDistDir, '..', 'BUILD_ID')).mtimeMs)
      } catch {
        return Infinity
      }
    },
    claimSeeding() {
      if (serverDistDir === undefined) return false
      try {
        writeFileSync(join(serverDistDir, SEEDED_FILE), '', { flag: 'wx' })
        return true
      } catch (error) {
        // A folder that cannot be written to tells nothing.
        return (error as NodeJS.ErrnoException).code !== 'EEXIST'
      }
    },
  }
}

/** Beside the pages, so that a new build removes it. */
const SEEDED_FILE = 'react-cache-content-seeded'
const META_SUFFIX = '.meta'
/** Of the answer of a route handler. */
const BODY_SUFFIX = '.body'

interface BuiltFile {
  /** Without a suffix. */
  readonly name: string
  readonly isRouteHandler: boolean
}

function createReader(context: BuildOutputContext): FileSystemCache {
  const module = fileSystemCacheModule as { default?: unknown }
  const exported = module.default as { default?: unknown } | undefined
  const FileSystemCache = (exported?.default ?? exported) as FileSystemCacheConstructor
  // Without Next's copies in memory, and without writing to the disk.
  return new FileSystemCache({
    ...context,
    revalidatedTags: [],
    maxMemoryCacheSize: 0,
    flushToDisk: false,
  })
}

async function listBuiltFiles(folder: string): Promise<BuiltFile[]> {
  try {
    const files = new Set(
      (await readdir(folder, { recursive: true })).map((file) => file.replaceAll('\\', '/')),
    )
    return [...files]
      .filter((file) => file.endsWith(META_SUFFIX))
      .map((file) => file.slice(0, -META_SUFFIX.length))
      .map((name) => ({ name, isRouteHandler: files.has(name + BODY_SUFFIX) }))
  } catch {
    // The site has no such folder.
    return []
  }
}

interface PageMeta {
  readonly headers?: Readonly<Record<string, unknown>>
  /** Since 16.4.6. */
  readonly routeCache?: { readonly key: string }
}

type Lifetimes = ReadonlyMap<
  string,
  { readonly revalidate: number | false; readonly expire: number | undefined }
>

async function readBuiltPage(
  folder: string,
  { name, isRouteHandler }: BuiltFile,
  lifetimes: Lifetimes,
): Promise<BuiltPage> {
  const meta = JSON.parse(await readFile(join(folder, name + META_SUFFIX), 'utf8')) as PageMeta
  const path = `/${name}`
  const header = meta.headers?.['x-next-cache-tags']
  const tags = typeof header === 'string' ? header.split(',') : []
  const lifetime = lifetimes.get(path === '/index' ? '/' : path)
  return {
    key: meta.routeCache?.key ?? path,
    isRouteHandler,
    // The Pages Router gives its pages no tags.
    tags: tags.length > 0 ? tags : [`_N_T_${path}`],
    revalidate: lifetime?.revalidate ?? false,
    expire: lifetime?.expire,
  }
}

/** JSON has `null` for the `Infinity` of a configuration. */
type Duration = number | null

interface PrerenderManifest {
  readonly routes?: Record<
    string,
    { initialRevalidateSeconds?: number | false; initialExpireSeconds?: Duration }
  >
  readonly dynamicRoutes?: Record<string, { fallbackRevalidate?: number | false; fallbackExpire?: Duration }>
}

function readLifetimes(serverDistDir: string): Lifetimes {
  const file = join(serverDistDir, '..', 'prerender-manifest.json')
  const { routes = {}, dynamicRoutes = {} } = JSON.parse(readFileSync(file, 'utf8')) as PrerenderManifest
  return new Map([
    ...Object.entries(routes).map(
      ([path, { initialRevalidateSeconds, initialExpireSeconds }]) =>
        [
          path,
          { revalidate: initialRevalidateSeconds ?? false, expire: initialExpireSeconds ?? undefined },
        ] as const,
    ),
    ...Object.entries(dynamicRoutes).map(
      ([path, { fallbackRevalidate, fallbackExpire }]) =>
        [path, { revalidate: fallbackRevalidate ?? false, expire: fallbackExpire ?? undefined }] as const,
    ),
  ])
}
