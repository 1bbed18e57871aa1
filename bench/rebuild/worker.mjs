import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

const cli = resolve(import.meta.dirname, '../../dist/entries/cli.js')

/** Starts `react-cache-content worker` in another process, as in production. */
export async function startWorker({ redis, site, secret }) {
  const child = spawn(process.execPath, [cli, 'worker', '--redis', redis, '--site', site], {
    env: { ...process.env, CONTENT_CACHE_REBUILD_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const log = []
  await new Promise((resolve, reject) => {
    exited.then(([code]) => reject(new Error(`The worker exited with ${code}.`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line)
      log.push(event)
      if (event.msg === 'ready') resolve()
    })
  })
  return {
    /** The events that the worker has logged so far. */
    log,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
