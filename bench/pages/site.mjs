import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import getPort from 'get-port'

const root = resolve(import.meta.dirname, '../..')
const next = resolve(root, 'node_modules/next/dist/bin/next')
const site = resolve(import.meta.dirname, '../site')

function startNext(args, env = {}) {
  const { CONTENT_CACHE_REDIS_URL: _, CONTENT_CACHE_CONSISTENCY: __, ...usual } = process.env
  return spawn(process.execPath, [next, ...args], {
    cwd: root,
    env: { ...usual, ...env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

export async function buildSite() {
  const [code] = await once(startNext(['build', site]), 'exit')
  if (code !== 0) throw new Error(`next build of ${site} failed`)
}

/** Serves the built site. */
export async function startSite(env) {
  const port = await getPort({ host: '127.0.0.1' })
  const address = ['-p', String(port), '-H', '127.0.0.1']
  // The server must not close an idle connection while a request is being sent on it.
  const server = startNext(['start', site, ...address, '--keepAliveTimeout', '3600000'], env)
  const exited = once(server, 'exit').then(() => true)
  const url = `http://127.0.0.1:${port}`
  const isUp = () =>
    fetch(`${url}/usage`).then(
      (reply) => reply.ok,
      () => false,
    )
  while (!(await isUp())) {
    const pause = new Promise((resolve) => setTimeout(resolve, 100, false))
    if (await Promise.race([exited, pause])) throw new Error(`next start of ${site} has exited`)
  }
  return {
    url,
    async stop() {
      server.kill('SIGTERM')
      await exited
    },
  }
}
