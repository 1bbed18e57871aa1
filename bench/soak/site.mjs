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
/** The sources of the demo's build. */
const sources = ['app', 'lib', 'next.config.mjs', 'package.json', 'scripts']

const createEnvironment = (variables) => ({
  ...process.env,
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  ...variables,
})

/** Builds the library and the demo, unless they are newer than their sources. */
export async function buildSite(progress) {
  if (getBuildTime() > findNewestTime(sources.map((path) => join(root, path)))) return
  const folder = mkdtempSync(join(tmpdir(), 'soak-build-'))
  const typings = join(root, 'next-env.d.ts')
  const before = existsSync(typings) ? readFileSync(typings) : undefined
  const env = createEnvironment({ NEXT_DIST_DIR: build, FILMS_DB: join(folder, 'films.db') })
  try {
    progress('building the library')
    await runToEnd(env, 'scripts/build.mjs')
    progress('importing films')
    await runToEnd(env, 'scripts/import-films.mjs')
    progress('building the demo')
    await runToEnd(env, next, 'build')
  } finally {
    rmSync(folder, { recursive: true, force: true })
    // `next build` makes the project's type declarations refer to its own folder.
    if (before) writeFileSync(typings, before)
    else rmSync(typings, { force: true })
  }
}

/** Creates a new database with all films. */
export async function importFilms(file) {
  await runToEnd(createEnvironment({ FILMS_DB: file }), 'scripts/import-films.mjs')
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
  const port = await getPort({ host: '127.0.0.1' })
  const child = spawn(process.execPath, [next, 'start', '-p', String(port), '-H', '127.0.0.1'], {
    cwd: root,
    env: createEnvironment({ ...env, NEXT_DIST_DIR: folder }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exited = once(child, 'exit').then(([code, signal]) => code ?? signal)
  // The process must not outlive this one, also after an unexpected exit.
  const kill = () => child.kill()
  process.once('exit', kill)
  exited.then(() => process.off('exit', kill))
  await new Promise((resolve, reject) => {
    const addOutput = (chunk) => {
      output = (output + chunk).slice(-10_000)
      if (output.includes('Ready in')) resolve()
    }
    child.stdout.on('data', addOutput)
    child.stderr.on('data', addOutput)
    exited.then((code) => reject(new Error(`The demo exited with ${code}:\n${output}`)))
  })
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      const killTimer = setTimeout(() => child.kill('SIGKILL'), 5000)
      await exited
      clearTimeout(killTimer)
      rmSync(join(root, 'bench/soak', name), { recursive: true, force: true })
    },
  }
}

async function runToEnd(env, ...args) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const addOutput = (chunk) => {
    output += chunk
  }
  child.stdout.on('data', addOutput)
  child.stderr.on('data', addOutput)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${args.join(' ')} exited with ${code}:\n${output}`)
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
