import { spawn } from 'node:child_process'
import { once } from 'node:events'
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
import getPort from 'get-port'

const root = resolve(import.meta.dirname, '../..')
const next = join(root, 'node_modules/next/dist/bin/next')
const build = 'bench/soak/.next'
/** What the demo is built from. */
const sources = ['app', 'lib', 'next.config.mjs', 'package.json', 'scripts']

const environment = (more) => ({
  ...process.env,
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  ...more,
})

/** Builds the library and the demo, unless they are newer than their sources. */
export async function buildSite(progress) {
  if (builtAt() > newestOf(sources.map((path) => join(root, path)))) return
  const folder = mkdtempSync(join(tmpdir(), 'soak-build-'))
  const typings = join(root, 'next-env.d.ts')
  const before = existsSync(typings) ? readFileSync(typings) : undefined
  const env = environment({ NEXT_DIST_DIR: build, FILMS_DB: join(folder, 'films.db') })
  try {
    progress('building the library')
    await finished(env, 'scripts/build.mjs')
    progress('importing films')
    await finished(env, 'scripts/import-films.mjs')
    progress('building the demo')
    await finished(env, next, 'build')
  } finally {
    rmSync(folder, { recursive: true, force: true })
    // A build points the typings of the project at its own folder.
    if (before) writeFileSync(typings, before)
    else rmSync(typings, { force: true })
  }
}

/** A new database with all films. */
export async function importFilms(file) {
  await finished(environment({ FILMS_DB: file }), 'scripts/import-films.mjs')
}

/**
 * One process of the demo. It has a copy of the build to itself, as on another machine: Next keeps the pages
 * that it prerenders beside the build, and each process knows only of its own expiries.
 */
export async function startSite(name, env) {
  const folder = `bench/soak/${name}/.next`
  rmSync(join(root, folder), { recursive: true, force: true })
  cpSync(join(root, build), join(root, folder), {
    recursive: true,
    filter: (path) => !path.startsWith(join(root, build, 'cache')),
  })
  const port = await getPort({ host: '127.0.0.1' })
  const child = spawn(process.execPath, [next, 'start', '-p', String(port), '-H', '127.0.0.1'], {
    cwd: root,
    env: environment({ ...env, NEXT_DIST_DIR: folder }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal)
  // Also when we end for a reason that nobody thought of.
  const end = () => child.kill()
  process.once('exit', end)
  ended.then(() => process.off('exit', end))
  await new Promise((ready, failed) => {
    const add = (chunk) => {
      output = (output + chunk).slice(-10_000)
      if (output.includes('Ready in')) ready()
    }
    child.stdout.on('data', add)
    child.stderr.on('data', add)
    ended.then((code) => failed(new Error(`The demo ended with ${code}:\n${output}`)))
  })
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 5000)
      await ended
      clearTimeout(late)
      rmSync(join(root, 'bench/soak', name), { recursive: true, force: true })
    },
  }
}

async function finished(env, ...args) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const add = (chunk) => {
    output += chunk
  }
  child.stdout.on('data', add)
  child.stderr.on('data', add)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${output}`)
}

function builtAt() {
  const [id, dist] = [join(root, build, 'BUILD_ID'), join(root, 'dist/entries/next.js')]
  return existsSync(id) && existsSync(dist) ? statSync(id).mtimeMs : 0
}

function newestOf(paths) {
  let newest = 0
  for (const path of paths) {
    const stat = statSync(path)
    const inside = stat.isDirectory() ? newestOf(readdirSync(path).map((name) => join(path, name))) : 0
    newest = Math.max(newest, stat.mtimeMs, inside)
  }
  return newest
}
