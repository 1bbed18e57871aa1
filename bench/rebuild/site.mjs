import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import getPort from 'get-port'

const root = resolve(import.meta.dirname, '../..')
const next = resolve(root, 'node_modules/next/dist/bin/next')
const site = resolve(import.meta.dirname, 'site')

export const PAGES = 8
/** The number of stories per page, which must equal that of the site's page. */
export const STORIES = 4

export const FRONTS = 4
/** The number of rows per front, which must equal that of the site's front. */
export const ROWS = 600

function startNext(args, env = {}) {
  const {
    CONTENT_CACHE_CONSISTENCY: _,
    CONTENT_CACHE_SECRET: __,
    CONTENT_CACHE_NAMESPACE: ___,
    ...inheritedEnv
  } = process.env
  return spawn(process.execPath, [next, ...args], {
    cwd: root,
    env: { ...inheritedEnv, ...env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

export async function buildSite() {
  const [code] = await once(startNext(['build', site]), 'exit')
  if (code !== 0) throw new Error(`next build of ${site} failed`)
}

/** Serves the built site. @param env contains the URL of its Redis */
export async function startSite(env) {
  const port = await getPort({ host: '127.0.0.1' })
  const address = ['-p', String(port), '-H', '127.0.0.1']
  // The server must not close an idle connection while a request is being sent on it.
  const server = startNext(['start', site, ...address, '--keepAliveTimeout', '3600000'], env)
  const exited = once(server, 'exit').then(() => true)
  const url = `http://127.0.0.1:${port}`

  async function send(path, method, body) {
    const reply = await fetch(url + path, { method, body: body && JSON.stringify(body) })
    if (!reply.ok) throw new Error(`${method} ${path} responded with ${reply.status}`)
    return reply.json()
  }

  const readTally = () => send('/tally', 'GET')
  const isUp = () => readTally().then(Boolean, () => false)
  while (!(await isUp())) {
    const pause = new Promise((resolve) => setTimeout(resolve, 100, false))
    if (await Promise.race([exited, pause])) throw new Error(`next start of ${site} has exited`)
  }
  return {
    url,
    page: (page) => `${url}/pages/${page}`,
    front: (page) => `${url}/fronts/${page}`,
    /** Returns the counts since the last `takeTally`. */
    readTally,
    /** Returns the counts and resets them. */
    takeTally: () => send('/tally', 'POST'),
    /** Edits an object. @returns its new version, and the time of the announcement */
    edit: (key, mode) => send('/edit', 'POST', { key, mode }),
    async stop() {
      server.kill('SIGTERM')
      await exited
    },
  }
}
