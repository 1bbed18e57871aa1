import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { createClient } from '@libsql/client'
import { root } from '../run.mjs'

const data = join(root, 'data')

/** Creates a folder for the files of a run, which is removed at exit. Also removes the folders of killed runs. */
export function makeRunFolder() {
  mkdirSync(data, { recursive: true })
  for (const name of readdirSync(data)) {
    const pid = /^live-(\d+)$/.exec(name)?.[1]
    if (pid && !isAlive(Number(pid))) rmSync(join(data, name), { recursive: true, force: true })
  }
  const folder = join(data, `live-${process.pid}`)
  mkdirSync(folder)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch ({ code }) {
    return code === 'EPERM'
  }
}

/** Copies the films, because the scripted edits must not appear under `npm start`. @returns the path of the copy */
export async function copyFilms(folder) {
  const file = resolve(root, process.env.FILMS_DB || 'data/films.db')
  if (!existsSync(file))
    throw new Error(`There is no database at ${file}. Create it with: node scripts/import-films.mjs`)
  const copy = join(folder, 'films.db')
  const client = createClient({ url: `file:${file}` })
  try {
    await client.execute({ sql: 'VACUUM INTO ?', args: [copy] })
  } finally {
    client.close()
  }
  return copy
}

/**
 * Copies the build without the pages that Next has rendered on demand. Next stores such pages in the build folder,
 * so without a copy the next `npm start` would serve the pages of this run.
 *
 * @returns the folder of the copy, relative to the project's root as Next requires
 */
export function copyBuild(folder) {
  const build = join(root, process.env.NEXT_DIST_DIR || '.next')
  if (!existsSync(join(build, 'BUILD_ID')) || !existsSync(join(root, 'dist/entries/worker.js')))
    throw new Error('The demo has not been built. Run this without --no-build to build it.')
  if (!existsSync(join(build, 'server/app/live')))
    throw new Error('The last build has no live page. Run this without --no-build to build the demo again.')
  const { routes } = JSON.parse(readFileSync(join(build, 'prerender-manifest.json'), 'utf8'))
  const pages = join(build, 'server/app')
  const copy = join(folder, '.next')
  cpSync(build, copy, {
    recursive: true,
    filter(path) {
      if (path === join(build, 'cache')) return false
      const page = /^(.*)\.(?:html|rsc|meta|segments)$/.exec(relative(pages, path))?.[1]
      if (page === undefined || page.startsWith('..') || page.includes('.segments')) return true
      const route = `/${page.split(sep).join('/')}`
      return route === '/index' || route.startsWith('/_') || Object.hasOwn(routes, route)
    },
  })
  return relative(root, copy)
}
