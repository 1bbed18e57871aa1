import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { resolve } from 'node:path'
import getPort from 'get-port'

const root = resolve(import.meta.dirname, '../..')
const next = resolve(root, 'node_modules/next/dist/bin/next')
const folder = resolve(import.meta.dirname, 'site')

export const getNodeVersion = (node) => execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()

function startNext(node, args, env = {}) {
  const {
    CONTENT_CACHE_CONSISTENCY: _,
    CONTENT_CACHE_SECRET: __,
    CONTENT_CACHE_REDIS_URL: ___,
    ...inheritedEnv
  } = process.env
  return spawn(node, args, {
    cwd: root,
    env: { ...inheritedEnv, ...env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

export async function buildSite() {
  const [code] = await once(startNext(process.execPath, [next, 'build', folder]), 'exit')
  if (code !== 0) throw new Error(`next build of ${folder} failed`)
}

/** Serves the built site. @param flags options of the Node binary */
export async function startSite({ node, env, flags = [] }) {
  const port = await getPort({ host: '127.0.0.1' })
  const server = startNext(
    node,
    [...flags, next, 'start', folder, '-p', String(port), '-H', '127.0.0.1', '--keepAliveTimeout', '3600000'],
    env,
  )
  const kill = () => server.kill()
  process.once('exit', kill)
  const exited = once(server, 'exit')
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })

  /** @param abortAfter milliseconds after which the client aborts the request */
  function send(path, { body, abortAfter, agent: requestAgent = agent } = {}) {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port, path, agent: requestAgent, method: body ? 'POST' : 'GET' },
        (reply) => {
          const chunks = []
          reply.on('data', (chunk) => chunks.push(chunk))
          reply.on('error', reject)
          reply.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            if (reply.statusCode === 200) resolve(text)
            else reject(new Error(`${path} responded with ${reply.statusCode}`))
          })
        },
      )
      outgoing.on('error', reject)
      if (abortAfter !== undefined) setTimeout(() => outgoing.destroy(new Error('aborted')), abortAfter)
      outgoing.end(body && JSON.stringify(body))
    })
  }

  const isReady = () => send('/heap').then(Boolean, () => false)
  while (!(await isReady())) {
    const pause = new Promise((resolve) => setTimeout(resolve, 100))
    if (await Promise.race([exited.then(() => true), pause])) throw new Error('next start has exited')
  }
  return {
    get: (path) => send(path),
    /** Sends a request on its own connection and aborts it. @param after milliseconds */
    abort: (path, after) => send(path, { abortAfter: after, agent: false }).catch(() => {}),
    control: (body) => send('/control', { body }),
    heap: async () => JSON.parse(await send('/heap')),
    hasEnded: () => server.exitCode !== null || server.signalCode !== null,
    async stop() {
      agent.destroy()
      process.off('exit', kill)
      if (server.exitCode === null && server.signalCode === null) server.kill('SIGKILL')
      await exited
    },
  }
}
