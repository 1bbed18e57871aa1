import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { SiteOptions } from './nextSite.ts'

const exec = promisify(execFile)
const project = resolve('.')
const notPacked = ['.git', '.next', 'app', 'data', 'dist', 'node_modules', 'test']

/** A folder outside the project with the packed library installed, for sites. */
export interface Workspace {
  readonly folder: string
  /** Copies the fixture to a new site. @returns its folder */
  newSite(options: SiteOptions): string
  dispose(): void
}

/**
 * Packs the library as for a release, and installs it with the project's versions of Next and React.
 *
 * @param fixture the folder that each site copies
 * @param versions of packages that the project lacks, or has in another version
 * @param flags of `npm install`
 */
export async function createWorkspace(
  fixture = 'test/next/fixture',
  versions: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<Workspace> {
  const source = join(project, fixture)
  const onlyWithCacheComponents = join(source, 'app-cache-components')
  // Next reports real paths, and on some systems the temporary folder is a link.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'next-')))
  const tarball = await pack(folder)
  const peers = ['next', 'react', 'react-dom', 'typescript', '@types/node', '@types/react']
  const dependencies = Object.fromEntries(peers.map((name) => [name, installedVersion(name)]))
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { ...dependencies, ...versions, 'react-cache-content': `file:${tarball}` },
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  await exec('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...flags], { cwd: folder })
  let sites = 0
  return {
    folder,
    newSite({ cacheComponents }) {
      const site = join(folder, `site${++sites}`)
      cpSync(source, site, { recursive: true, filter: (path) => path !== onlyWithCacheComponents })
      if (cacheComponents && existsSync(onlyWithCacheComponents))
        cpSync(onlyWithCacheComponents, join(site, 'app'), { recursive: true })
      return site
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Packs a copy, because the build in `npm pack` would replace a dist/ that other tests read. */
async function pack(folder: string): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'pack-'))
  try {
    cpSync(project, copy, { recursive: true, filter: (path) => !notPacked.includes(relative(project, path)) })
    symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'))
    await exec('npm', ['pack', copy, '--pack-destination', folder], { cwd: copy })
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack left no tarball.')
  return tarball
}

function installedVersion(name: string): string {
  return JSON.parse(readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8')).version
}
