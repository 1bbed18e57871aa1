import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { freePort } from './freePort.mjs'

const root = resolve(import.meta.dirname, '..')
const next = resolve(root, 'node_modules/next/dist/bin/next')
const site = resolve(import.meta.dirname, 'site')
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }

/** Builds the benchmark's site and serves it; `stop` ends it. */
export async function serveSite() {
  const build = spawn(process.execPath, [next, 'build', site], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = await once(build, 'exit')
  if (code !== 0) throw new Error(`next build of ${site} failed`)
  const port = await freePort()
  const server = spawn(process.execPath, [next, 'start', site, '-p', String(port), '-H', '127.0.0.1'], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(`${url}/cpu`).then(
        (reply) => reply.ok,
        () => false,
      )
    )
      break
    await new Promise((done) => setTimeout(done, 100))
  }
  return {
    url,
    async stop() {
      server.kill('SIGTERM')
      await once(server, 'exit')
    },
  }
}
