import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { printHeading, run } from './run.mjs'

/**
 * Installs the programs that are not on PATH.
 *
 * @param programs names of programs, or lists of alternatives. One alternative suffices, and the first is installed
 * @throws an error with the install command, if this process must not install packages
 */
export async function installPrograms(...programs) {
  const missing = programs.map((names) => [names].flat()).filter((names) => !names.some(isOnPath))
  await installMissing(missing.map(([name]) => name))
}

/** Installs missing Debian packages. @param files maps each package to a file that exists when it is installed */
export async function installPackages(files) {
  const missing = Object.keys(files).filter((name) => !existsSync(files[name]))
  // No test needs the recommended packages, such as servers and compilers.
  await installMissing(missing, '--no-install-recommends')
}

async function installMissing(missing, ...options) {
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    throw new Error(`The tests need ${missing.join(' and ')}. Install with:\n  ${getInstallCommand(missing)}`)
  }
  printHeading(`installing ${missing.join(' and ')}`)
  process.env.DEBIAN_FRONTEND = 'noninteractive'
  await run('apt-get', 'update', '-qq')
  await run('apt-get', 'install', '-y', '-qq', ...options, ...missing)
}

export const isOnPath = (name) =>
  process.env.PATH.split(delimiter).some((folder) => existsSync(join(folder, name)))

/** Returns the install command. @param names names of Debian packages. Only Redis has another name in Homebrew */
export function getInstallCommand(names) {
  const packages = names.join(' ')
  return isOnPath('brew')
    ? `brew install ${packages.replace('redis-server', 'redis')}`
    : `sudo apt-get update && sudo apt-get install -y ${packages}`
}
