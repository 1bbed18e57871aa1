import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { heading, node, root, run } from './run.mjs'

/** Brings node_modules in line with package-lock.json; does nothing where it already is. */
export async function install() {
  if (installedIsCurrent()) return
  heading('installing packages')
  const args = ['install', '--no-audit', '--no-fund']
  // Under `npm start` this is npm's own script, which spares us finding npm.cmd on Windows.
  const npm = process.env.npm_execpath
  await (npm ? node(npm, ...args) : run('npm', ...args))
}

/**
 * Builds lib/ into dist/. A failed build leaves the last good dist/ as it was, and a demo running
 * meanwhile finds one or the other: the swap is two renames.
 */
export async function build() {
  heading('building the library')
  const fresh = `${root}.dist-${process.pid}`
  const old = `${fresh}-old`
  try {
    await node('scripts/generate-protocol.mjs')
    await node('scripts/embed-lua.mjs')
    await node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', fresh)
    if (existsSync(`${root}dist`)) renameSync(`${root}dist`, old)
    renameSync(fresh, `${root}dist`)
  } finally {
    for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true })
  }
}

/** Fills the demo's database; the script itself knows when there is nothing to do. */
export async function importFilms() {
  heading('importing films')
  await node('scripts/import-films.mjs')
}

// Compares contents, not times: a fresh checkout has no meaningful times.
function installedIsCurrent() {
  const wanted = readJson('package-lock.json').packages
  const installed = readJson('node_modules/.package-lock.json')?.packages
  if (!installed) return false
  const { dependencies, devDependencies } = readJson('package.json')
  const locked = wanted['']
  return (
    same(dependencies, locked.dependencies) &&
    same(devDependencies, locked.devDependencies) &&
    Object.entries(wanted).every(
      // An optional package may belong to another platform.
      ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
    )
  )
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)

function readJson(path) {
  try {
    return JSON.parse(readFileSync(root + path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}
