import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import getPort from 'get-port'

const folder = resolve(import.meta.dirname, 'site')
const next = resolve(import.meta.dirname, '../../node_modules/next/dist/bin/next')

const createEnvironment = (variables) => ({
  ...process.env,
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  ...variables,
})

/** @param caches `next`, `content-cache` or `published` */
export async function buildSite(caches, env = {}) {
  rmSync(join(folder, '.next', caches), { recursive: true, force: true })
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: folder,
    env: createEnvironment({ ...env, BENCH_CACHES: caches }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const addOutput = (chunk) => {
    output += chunk
  }
  child.stdout.on('data', addOutput)
  child.stderr.on('data', addOutput)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`next build exited with ${code}:\n${output}`)
}

/** Whether the site was built with these caches, after the library. */
export function isBuilt(caches) {
  const id = join(folder, '.next', caches, 'BUILD_ID')
  const library = resolve(import.meta.dirname, '../../dist/entries/next.js')
  return existsSync(id) && existsSync(library) && statSync(id).mtimeMs > statSync(library).mtimeMs
}

/** Starts a process of the site. Several may run on one build. */
export async function startSite(name, { caches, env = {}, nodeFlags = [] }) {
  const port = await getPort({ host: '127.0.0.1' })
  const args = [...nodeFlags, next, 'start', '-p', String(port), '-H', '127.0.0.1']
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: createEnvironment({ ...env, BENCH_CACHES: caches }),
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
    exited.then((code) => reject(new Error(`The site exited with ${code}:\n${output}`)))
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
    },
  }
}
