import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { printHeading, root, run, runNode } from './run.mjs'

/** Installs the packages of package-lock.json, unless they are installed already. */
export async function install() {
  if (areInstalledPackagesCurrent()) return
  printHeading('installing packages')
  const args = ['install', '--no-audit', '--no-fund']
  // Under `npm start` this is the path of npm's script. It avoids a search for npm.cmd on Windows.
  const npm = process.env.npm_execpath
  await (npm ? runNode(npm, ...args) : run('npm', ...args))
}

/**
 * Builds lib/ into dist/. A failed build does not change dist/. Two renames swap the folders, so that a running
 * demo finds either the old or the new files.
 */
export async function build() {
  printHeading('building the library')
  const newFolder = `${root}.dist-${process.pid}`
  const oldFolder = `${newFolder}-old`
  try {
    await runNode('scripts/generate-protocol.mjs')
    await runNode('scripts/embed-lua.mjs')
    await runNode('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', newFolder)
    if (existsSync(`${root}dist`)) renameSync(`${root}dist`, oldFolder)
    renameSync(newFolder, `${root}dist`)
  } finally {
    for (const folder of [newFolder, oldFolder]) rmSync(folder, { recursive: true, force: true })
  }
}

/** Fills the demo's database, unless it is up to date. */
export async function importFilms() {
  printHeading('importing films')
  await runNode('scripts/import-films.mjs')
}

/** Compares contents, because the file times of a fresh checkout are meaningless. */
function areInstalledPackagesCurrent() {
  const lockedPackages = readJson('package-lock.json').packages
  const installed = readJson('node_modules/.package-lock.json')?.packages
  if (!installed) return false
  const { dependencies, devDependencies } = readJson('package.json')
  const lockedRoot = lockedPackages['']
  return (
    isEqualJson(dependencies, lockedRoot.dependencies) &&
    isEqualJson(devDependencies, lockedRoot.devDependencies) &&
    Object.entries(lockedPackages).every(
      // An optional package may belong to another platform.
      ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
    )
  )
}

const isEqualJson = (a, b) => JSON.stringify(a) === JSON.stringify(b)

function readJson(path) {
  try {
    return JSON.parse(readFileSync(root + path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}
