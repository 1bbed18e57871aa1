import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { createClient } from '@libsql/client'
import { root } from '../run.mjs'

const data = join(root, 'data')

/** A folder for what a run writes, which goes when the process does. Those of runs that were killed go now. */
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

/** The editor's films are not those of `npm start`. @returns the file of the copy */
export async function copyFilms(folder) {
  const file = resolve(root, process.env.FILMS_DB || 'data/films.db')
  if (!existsSync(file))
    throw new Error(`There is no database at ${file}. Make it with: node scripts/import-films.mjs`)
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
 * Next keeps the pages that it makes on demand beside its build, from where the next `npm start` would serve them:
 * a run has a copy of the build, without the pages that another has made.
 *
 * @returns the copy's folder, as Next wants to hear of it
 */
export function copyBuild(folder) {
  const build = join(root, process.env.NEXT_DIST_DIR || '.next')
  if (!existsSync(join(build, 'BUILD_ID')) || !existsSync(join(root, 'dist/entries/worker.js')))
    throw new Error('The demo has not been built. Build it by running this without --no-build.')
  if (!existsSync(join(build, 'server/app/live')))
    throw new Error(
      'What was built last time has no live page. Build it anew by running this without --no-build.',
    )
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
