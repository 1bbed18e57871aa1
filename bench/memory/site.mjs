import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { resolve } from 'node:path'
import getPort from 'get-port'

const root = resolve(import.meta.dirname, '../..')
const next = resolve(root, 'node_modules/next/dist/bin/next')
const folder = resolve(import.meta.dirname, 'site')

export const versionOf = (node) => execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()

function startNext(node, args, env = {}) {
  const {
    CONTENT_CACHE_CONSISTENCY: _,
    CONTENT_CACHE_SECRET: __,
    CONTENT_CACHE_REDIS_URL: ___,
    ...usual
  } = process.env
  return spawn(node, args, {
    cwd: root,
    env: { ...usual, ...env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

export async function buildSite() {
  const [code] = await once(startNext(process.execPath, [next, 'build', folder]), 'exit')
  if (code !== 0) throw new Error(`next build of ${folder} failed`)
}

/** @param flags for Node */
export async function startSite({ node, env, flags = [] }) {
  const port = await getPort({ host: '127.0.0.1' })
  const server = startNext(
    node,
    [...flags, next, 'start', folder, '-p', String(port), '-H', '127.0.0.1', '--keepAliveTimeout', '3600000'],
    env,
  )
  const end = () => server.kill()
  process.once('exit', end)
  const ended = once(server, 'exit')
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })

  /** @param abortAfter milliseconds after which the reader leaves */
  function send(path, { body, abortAfter, agent: requestAgent = agent } = {}) {
    return new Promise((done, failed) => {
      const outgoing = request(
        { host: '127.0.0.1', port, path, agent: requestAgent, method: body ? 'POST' : 'GET' },
        (reply) => {
          const chunks = []
          reply.on('data', (chunk) => chunks.push(chunk))
          reply.on('error', failed)
          reply.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            if (reply.statusCode === 200) done(text)
            else failed(new Error(`${path} answered ${reply.statusCode}`))
          })
        },
      )
      outgoing.on('error', failed)
      if (abortAfter !== undefined) setTimeout(() => outgoing.destroy(new Error('left')), abortAfter)
      outgoing.end(body && JSON.stringify(body))
    })
  }

  for (let up = false; !up; ) {
    up = await send('/heap').then(Boolean, () => false)
    const pause = new Promise((resolve) => setTimeout(resolve, 100))
    if (!up && (await Promise.race([ended.then(() => true), pause]))) throw new Error(`next start ended`)
  }
  return {
    get: (path) => send(path),
    /** A reader of its own line, who leaves. */
    leave: (path, after) => send(path, { abortAfter: after, agent: false }).catch(() => {}),
    control: (body) => send('/control', { body }),
    heap: async () => JSON.parse(await send('/heap')),
    hasEnded: () => server.exitCode !== null || server.signalCode !== null,
    async stop() {
      agent.destroy()
      process.off('exit', end)
      if (server.exitCode === null && server.signalCode === null) server.kill('SIGKILL')
      await ended
    },
  }
}
