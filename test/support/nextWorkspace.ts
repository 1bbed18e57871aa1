import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { inject } from 'vitest'
import { copyInstallation, type InstallOptions, installLibrary } from './installLibrary.ts'
import { build, type SiteOptions } from './nextSite.ts'

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
  newBuiltSite(options: SiteOptions): Promise<string>
  dispose(): void
}

/**
 * A workspace in the installation that the tests of a project share, or in one of its own.
 *
 * @param fixture the folder that sites are made from
 * @param options of an installation of its own, or 'copy' for a copy of the shared one, whose files a test may change
 */
export async function createWorkspace(
  fixture = 'test/next/fixture',
  options?: InstallOptions | 'copy',
): Promise<Workspace> {
  const source = resolve(fixture)
  const onlyWithCacheComponents = join(source, 'app-cache-components')
  const folder =
    options === undefined
      ? inject('installation')
      : options === 'copy'
        ? copyInstallation(inject('installation'))
        : await installLibrary(options)
  const sites: string[] = []
  const builds = new Map<string, Promise<void>>()

  function copyFixture(site: string, { cacheComponents }: SiteOptions) {
    cpSync(source, site, { recursive: true, filter: (path) => path !== onlyWithCacheComponents })
    if (cacheComponents && existsSync(onlyWithCacheComponents))
      cpSync(onlyWithCacheComponents, join(site, 'app'), { recursive: true })
  }

  function newFolder() {
    const site = mkdtempSync(join(folder, 'site-'))
    sites.push(site)
    return site
  }

  async function buildOnce(site: string, options: SiteOptions) {
    const isBuilt = `${site}.built`
    if (existsSync(isBuilt)) return
    copyFixture(site, options)
    await build(site, options)
    writeFileSync(isBuilt, '')
  }

  return {
    folder,
    newSite(options) {
      const site = newFolder()
      copyFixture(site, options)
      return site
    },
    async newBuiltSite(options) {
      const { cacheComponents, standalone, webpack } = options
      const names = Object.entries({ cacheComponents, standalone, webpack }).filter(([, isSet]) => isSet)
      const site = join(folder, ['build', basename(source), ...names.map(([name]) => name)].join('-'))
      const building = builds.get(site) ?? buildOnce(site, options)
      builds.set(site, building)
      await building
      const copy = newFolder()
      cpSync(site, copy, { recursive: true, verbatimSymlinks: true })
      return copy
    },
    dispose() {
      for (const path of options ? [folder] : sites) rmSync(path, { recursive: true, force: true })
    },
  }
}
