import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { next, runToEnd, startNext } from '../nextProcess.mjs'

const root = resolve(import.meta.dirname, '../..')
const build = 'bench/soak/.next'
/** The sources of the demo's build. */
const sources = ['app', 'lib', 'next.config.mjs', 'package.json', 'scripts']

/** Builds the library and the demo, unless they are newer than their sources. */
export async function buildSite(progress) {
  if (getBuildTime() > findNewestTime(sources.map((path) => join(root, path)))) return
  const folder = mkdtempSync(join(tmpdir(), 'soak-build-'))
  const typings = join(root, 'next-env.d.ts')
  const before = existsSync(typings) ? readFileSync(typings) : undefined
  const env = { NEXT_DIST_DIR: build, FILMS_DB: join(folder, 'films.db') }
  try {
    progress('building the library')
    await runToEnd(['scripts/build.mjs'], { env })
    progress('importing films')
    await runToEnd(['scripts/import-films.mjs'], { env })
    progress('building the demo')
    await runToEnd([next, 'build'], { env })
  } finally {
    rmSync(folder, { recursive: true, force: true })
    // `next build` makes the project's type declarations refer to its own folder.
    if (before) writeFileSync(typings, before)
    else rmSync(typings, { force: true })
  }
}

/** Creates a new database with all films. */
export async function importFilms(file) {
  await runToEnd(['scripts/import-films.mjs'], { env: { FILMS_DB: file } })
}

/**
 * Starts a process of the demo with its own copy of the build, as on another machine. Next stores prerendered pages
 * in the build folder, which two processes must therefore not share.
 */
export async function startSite(name, env) {
  const folder = `bench/soak/${name}/.next`
  rmSync(join(root, folder), { recursive: true, force: true })
  cpSync(join(root, build), join(root, folder), {
    recursive: true,
    filter: (path) => !path.startsWith(join(root, build, 'cache')),
  })
  const site = await startNext({ env: { ...env, NEXT_DIST_DIR: folder } })
  return {
    name,
    ...site,
    async stop() {
      await site.stop()
      rmSync(join(root, 'bench/soak', name), { recursive: true, force: true })
    },
  }
}

function getBuildTime() {
  const [id, dist] = [join(root, build, 'BUILD_ID'), join(root, 'dist/entries/next.js')]
  return existsSync(id) && existsSync(dist) ? statSync(id).mtimeMs : 0
}

function findNewestTime(paths) {
  let newest = 0
  for (const path of paths) {
    const stat = statSync(path)
    const inside = stat.isDirectory() ? findNewestTime(readdirSync(path).map((name) => join(path, name))) : 0
    newest = Math.max(newest, stat.mtimeMs, inside)
  }
  return newest
}
