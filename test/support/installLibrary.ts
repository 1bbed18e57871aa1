import { execFile } from 'node:child_process'
import {
  cpSync,
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

const exec = promisify(execFile)
const project = resolve('.')
const notPacked = ['.git', '.next', 'app', 'data', 'dist', 'node_modules', 'test']

export interface InstallOptions {
  /** Versions of packages that the project does not have, or has in another version. */
  readonly versions?: Readonly<Record<string, string>>
  /** Flags of `npm install`. */
  readonly flags?: readonly string[]
}

/**
 * Packs the library as it would be published and installs it beside the project's versions of Next and React.
 *
 * @returns the folder
 */
export async function installLibrary({ versions = {}, flags = [] }: InstallOptions): Promise<string> {
  // Next reports real paths, and on some systems the temporary folder is a link.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'next-')))
  await pack(folder)
  const tarball = findTarball(folder)
  const peers = ['next', 'react', 'react-dom', 'typescript', '@types/node', '@types/react']
  const dependencies = Object.fromEntries(peers.map((name) => [name, installedVersion(name)]))
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { ...dependencies, ...versions, 'react-cache-content': `file:${tarball}` },
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  await exec('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...flags], { cwd: folder })
  return folder
}

/** Packs a copy: the build inside `npm pack` would replace a dist/ that others are reading. */
async function pack(folder: string): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'pack-'))
  try {
    cpSync(project, copy, { recursive: true, filter: (path) => !notPacked.includes(relative(project, path)) })
    symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'))
    await exec('npm', ['pack', copy, '--pack-destination', folder], { cwd: copy })
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function findTarball(folder: string): string {
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack left no tarball.')
  return join(folder, tarball)
}

function installedVersion(name: string): string {
  return JSON.parse(readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8')).version
}
