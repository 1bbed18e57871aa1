import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import semver from 'semver'
import { root } from '../run.mjs'

const exec = promisify(execFile)
const platform = process.platform === 'win32' ? 'win' : process.platform
const nodePackage = `node-${platform}-${process.arch}`

/** Returns all versions of Next in the registry. */
export const fetchNextVersions = () => fetchVersions('next')

/** Returns the newest patch of a major version of Node, such as "22". */
export async function findNewestNode(major) {
  const newest = semver.maxSatisfying(await fetchVersions(nodePackage), major)
  if (newest === null) throw new Error(`The registry has no Node ${major} in ${nodePackage}.`)
  return newest
}

/** Installs a version of Node in a cache folder. @returns the path of its binary */
export async function installNode(version) {
  const folder = join(root, 'node_modules/.cache/nodes', version)
  const program = platform === 'win' ? 'node.exe' : 'node'
  const binary = join(folder, 'node_modules', nodePackage, 'bin', program)
  if (existsSync(binary)) return binary
  mkdirSync(folder, { recursive: true })
  // Without this file npm would install into the enclosing project.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: { [nodePackage]: version } }))
  await exec('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder })
  return binary
}

async function fetchVersions(name) {
  const { stdout } = await exec('npm', ['view', name, 'versions', '--json'], { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout)
}
