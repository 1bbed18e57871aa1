import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

const cli = resolve(import.meta.dirname, '../../dist/entries/cli.js')

/** `react-cache-content worker` in a process of its own, as a site runs it. */
export async function startWorker({ redis, site, secret }) {
  const child = spawn(process.execPath, [cli, 'worker', '--redis', redis, '--site', site], {
    env: { ...process.env, CONTENT_CACHE_REBUILD_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const log = []
  await new Promise((ready, failed) => {
    ended.then(([code]) => failed(new Error(`The worker ended with ${code}.`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line)
      log.push(event)
      if (event.msg === 'ready') ready()
    })
  })
  return {
    /** What it has reported so far. */
    log,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
