import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import getPort from 'get-port'

const root = resolve(import.meta.dirname, '../..')
const next = resolve(root, 'node_modules/next/dist/bin/next')
const pagesFolder = resolve(import.meta.dirname, '../site')

const START_TIMEOUT_MS = 60_000

/** Lets the route `/garbage` collect garbage between the measurements. */
const SERVER_FLAGS = ['--expose-gc']

function startNext(args, { build, node = process.execPath, env, flags = [] }) {
  const { CONTENT_CACHE_REDIS_URL: _, CONTENT_CACHE_CONSISTENCY: __, ...usual } = process.env
  const settings = {
    BENCH_CACHE_COMPONENTS: build,
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production',
  }
  return spawn(node, [...flags, next, ...args], {
    cwd: root,
    env: { ...usual, ...settings, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** @param build `on` with `cacheComponents`, or `off` */
export async function buildSite(build, { folder = pagesFolder, env } = {}) {
  const [code] = await once(startNext(['build', folder], { build, env }), 'exit')
  if (code !== 0) throw new Error(`next build of ${folder} failed`)
}

/**
 * Serves a build in a process of its own.
 *
 * @param options.node the program that runs `next start`
 */
export async function startServer({ build, node, env, folder = pagesFolder }) {
  const port = await getPort({ host: '127.0.0.1' })
  const address = ['-p', String(port), '-H', '127.0.0.1']
  // The server must not close an idle connection while a request is being sent on it.
  const args = ['start', folder, ...address, '--keepAliveTimeout', '3600000']
  const server = startNext(args, { build, node, env, flags: SERVER_FLAGS })
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

/** Serves a build twice: as `create-next-app` configures it, and without ETags. */
export async function startSite(options) {
  const server = await startServer(options)
  try {
    const withoutEtags = await startServer({ ...options, env: { ...options.env, BENCH_ETAGS: 'off' } })
    return {
      build: options.build,
      url: server.url,
      urlWithoutEtags: withoutEtags.url,
      stop: () => Promise.all([server.stop(), withoutEtags.stop()]),
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}
