import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { heading, run } from './run.mjs'

/**
 * Installs the programs that PATH lacks, where that needs no password; elsewhere says how to. Of a list one will do,
 * and the first is installed.
 */
export async function installPrograms(...programs) {
  const missing = programs.map((names) => [names].flat()).filter((names) => !names.some(isOnPath))
  await installMissing(missing.map(([name]) => name))
}

/** As {@link installPrograms}, for what is no program: packages of Debian, told by a file that each brings. */
export async function installPackages(files) {
  const missing = Object.keys(files).filter((name) => !existsSync(files[name]))
  // What they recommend (servers, compilers) no test needs.
  await installMissing(missing, '--no-install-recommends')
}

async function installMissing(missing, ...options) {
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    throw new Error(`The tests need ${missing.join(' and ')}. To install:\n  ${byHand(missing)}`)
  }
  heading(`installing ${missing.join(' and ')}`)
  process.env.DEBIAN_FRONTEND = 'noninteractive'
  await run('apt-get', 'update', '-qq')
  await run('apt-get', 'install', '-y', '-qq', ...options, ...missing)
}

export const isOnPath = (name) =>
  process.env.PATH.split(delimiter).some((folder) => existsSync(join(folder, name)))

/** The command that installs them. The names are Debian's; Homebrew has one of its own. */
export function byHand(names) {
  const packages = names.join(' ')
  return isOnPath('brew')
    ? `brew install ${packages.replace('redis-server', 'redis')}`
    : `sudo apt-get update && sudo apt-get install -y ${packages}`
}
