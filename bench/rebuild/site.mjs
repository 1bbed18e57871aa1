import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import getPort from 'get-port'

const root = resolve(import.meta.dirname, '../..')
const next = resolve(root, 'node_modules/next/dist/bin/next')
const site = resolve(import.meta.dirname, 'site')

export const PAGES = 8
/** Of each page, as the page itself has it. */
export const STORIES = 4

function startNext(args, env = {}) {
  const {
    CONTENT_CACHE_CONSISTENCY: _,
    CONTENT_CACHE_SECRET: __,
    CONTENT_CACHE_NAMESPACE: ___,
    ...usual
  } = process.env
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

/** The site that was built, on a Redis. */
export async function startSite(env) {
  const port = await getPort({ host: '127.0.0.1' })
  const address = ['-p', String(port), '-H', '127.0.0.1']
  // A connection that the server closes for its idleness would fail the request that is just sent on it.
  const server = startNext(['start', site, ...address, '--keepAliveTimeout', '3600000'], env)
  const ended = once(server, 'exit').then(() => true)
  const url = `http://127.0.0.1:${port}`

  async function send(path, method, body) {
    const reply = await fetch(url + path, { method, body: body && JSON.stringify(body) })
    if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}`)
    return reply.json()
  }

  const tally = () => send('/tally', 'GET')
  const isUp = () => tally().then(Boolean, () => false)
  while (!(await isUp())) {
    const pause = new Promise((done) => setTimeout(done, 100, false))
    if (await Promise.race([ended, pause])) throw new Error(`next start of ${site} ended`)
  }
  return {
    url,
    page: (page) => `${url}/pages/${page}`,
    /** What was counted since it was last taken. */
    tally,
    takeTally: () => send('/tally', 'POST'),
    /** @returns the version of the story from now on, and when it was told of */
    edit: (story, mode) => send('/edit', 'POST', { story, mode }),
    async stop() {
      server.kill('SIGTERM')
      await ended
    },
  }
}
