import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { inject } from 'vitest'
import { type InstallOptions, installLibrary } from './installLibrary.ts'
import { build, type SiteOptions } from './nextSite.ts'

/** Builds with the same bundler and settings are equal, on any version of Node. */
export interface BuildOptions
  extends Pick<SiteOptions, 'cacheComponents' | 'standalone' | 'webpack' | 'node' | 'env'> {
  /** The name of a build with another `env`. */
  readonly variant?: string
  /** Ends of the paths of folders that the build does not have. */
  readonly omitted?: readonly string[]
}

/** The file in a built site with the output of its build. */
export const BUILD_LOG = 'build.log'

/** A folder outside the project with the packed library installed, for sites. */
export interface Workspace {
  readonly folder: string
  /** Copies the fixture to a new site. @returns its folder */
  newSite(options: SiteOptions): string
  /**
   * Builds a site on the first call with these options, also across the files of a project. Each call returns a copy,
   * because a running site changes its pages.
   *
   * @returns the folder of the copy
   */
  newBuiltSite(options: BuildOptions): Promise<string>
  /**
   * Copies the standalone build to where the packages that were installed for the build are out of reach.
   *
   * @returns the folder with its `server.js`
   */
  newMovedStandalone(): Promise<string>
  dispose(): void
}

/**
 * A workspace in the installation that the tests of a project share, or in one of its own.
 *
 * @param fixture the folder that sites are made from
 * @param options of an installation of its own
 */
export async function createWorkspace(
  fixture = 'test/next/fixture',
  options?: InstallOptions,
): Promise<Workspace> {
  const source = resolve(fixture)
  const onlyWithCacheComponents = join(source, 'app-cache-components')
  /** Next refuses the settings of these routes with cacheComponents. */
  const onlyWithout = join(source, 'app-segment-configs')
  const folder = options === undefined ? inject('installation') : await installLibrary(options)
  const sites: string[] = []
  const builds = new Map<string, Promise<void>>()

  function copyFixture(site: string, { cacheComponents, omitted = [] }: BuildOptions) {
    const parts = [onlyWithCacheComponents, onlyWithout]
    const filter = (path: string) => !parts.includes(path) && !omitted.some((end) => path.endsWith(end))
    cpSync(source, site, { recursive: true, filter })
    const part = cacheComponents ? onlyWithCacheComponents : onlyWithout
    // The filter refuses the folder itself.
    const inPart = (path: string) => path === part || filter(path)
    if (existsSync(part)) cpSync(part, join(site, 'app'), { recursive: true, filter: inPart })
  }

  function newFolder(prefix = join(folder, 'site-')) {
    const site = mkdtempSync(prefix)
    sites.push(site)
    return site
  }

  async function buildOnce(site: string, options: BuildOptions) {
    const isBuilt = `${site}.built`
    if (existsSync(isBuilt)) return
    // A build that failed in another file may have left some files.
    rmSync(site, { recursive: true, force: true })
    copyFixture(site, options)
    writeFileSync(join(site, BUILD_LOG), await build(site, options))
    writeFileSync(isBuilt, '')
  }

  function getBuildFolder({ cacheComponents, standalone, webpack, variant = '' }: BuildOptions) {
    const names = Object.entries({ cacheComponents, standalone, webpack, [variant]: variant !== '' })
    const used = names.filter(([, isSet]) => isSet).map(([name]) => name)
    return join(folder, ['build', basename(source), ...used].join('-'))
  }

  async function findBuiltSite(options: BuildOptions) {
    const site = getBuildFolder(options)
    const building = builds.get(site) ?? buildOnce(site, options)
    builds.set(site, building)
    await building
    return site
  }

  return {
    folder,
    newSite(options) {
      const site = newFolder()
      copyFixture(site, options)
      return site
    },
    async newBuiltSite(options) {
      const copy = newFolder()
      cpSync(await findBuiltSite(options), copy, { recursive: true, verbatimSymlinks: true })
      return copy
    },
    async newMovedStandalone() {
      const site = await findBuiltSite({ standalone: true })
      const target = newFolder(join(tmpdir(), 'standalone-'))
      cpSync(join(site, '.next/standalone'), target, { recursive: true, verbatimSymlinks: true })
      return join(target, basename(site))
    },
    dispose() {
      for (const path of options ? [folder, ...sites] : sites) rmSync(path, { recursive: true, force: true })
    },
  }
}
