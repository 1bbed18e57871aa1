import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import getPort from 'get-port'
import { modes } from './modes.mjs'

const root = resolve(import.meta.dirname, '../..')
const next = resolve(root, 'node_modules/next/dist/bin/next')
const folder = resolve(import.meta.dirname, '../site')

const START_TIMEOUT_MS = 60_000

function startNext(args, { build, node = process.execPath, env }) {
  const { CONTENT_CACHE_REDIS_URL: _, CONTENT_CACHE_CONSISTENCY: __, ...usual } = process.env
  const settings = {
    BENCH_CACHE_COMPONENTS: build,
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production',
  }
  return spawn(node, [next, ...args], {
    cwd: root,
    env: { ...usual, ...settings, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** @param build `on` with `cacheComponents`, or `off` */
export async function buildSite(build) {
  const [code] = await once(startNext(['build', folder], { build }), 'exit')
  if (code !== 0) throw new Error(`next build of ${folder} failed`)
}

/**
 * Serves a build in a process of its own.
 *
 * @param options.node the program that runs `next start`
 */
export async function startServer({ build, node, env }) {
  const port = await getPort({ host: '127.0.0.1' })
  const address = ['-p', String(port), '-H', '127.0.0.1']
  // The server must not close an idle connection while a request is being sent on it.
  const args = ['start', folder, ...address, '--keepAliveTimeout', '3600000']
  const server = startNext(args, { build, node, env })
  const exited = once(server, 'exit').then(() => true)
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    server.kill('SIGTERM')
    await exited
  }
  const isUp = () =>
    fetch(`${url}/usage`).then(
      (reply) => reply.ok,
      () => false,
    )
  const startedAt = performance.now()
  while (!(await isUp())) {
    const pause = new Promise((resolve) => setTimeout(resolve, 100, false))
    if (await Promise.race([exited, pause])) throw new Error(`next start of ${folder} has exited`)
    if (performance.now() - startedAt > START_TIMEOUT_MS) {
      await stop()
      throw new Error(`next start of ${folder} does not respond`)
    }
  }
  return { url, stop }
}

/**
 * Serves a build once for each mode. In a process for all modes, one mode would collect the garbage of another.
 *
 * @param options.names of the modes
 * @returns `urls` by the name of the mode
 */
export async function startSite({ names, ...options }) {
  const servers = []
  const stop = () => Promise.all(servers.map((server) => server.stop()))
  const urls = {}
  try {
    for (const { name, etags } of modes.filter((mode) => names.includes(mode.name))) {
      const env = { ...options.env, ...(etags === false && { BENCH_ETAGS: 'off' }) }
      const server = await startServer({ ...options, env })
      servers.push(server)
      urls[name] = server.url
    }
    return { build: options.build, urls, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
