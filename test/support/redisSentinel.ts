import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { findFreePort } from './findFreePort.ts'

export interface Sentinel {
  readonly port: number
  readonly client: Redis
  stop(): Promise<void>
}

/** Starts a real sentinel that watches one primary under `name`, and decides alone. */
export async function startSentinel(name: string, primary: number): Promise<Sentinel> {
  const folder = mkdtempSync(join(tmpdir(), 'sentinel-'))
  const port = await findFreePort()
  const settings = join(folder, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${name} 127.0.0.1 ${primary} 1`,
    `sentinel down-after-milliseconds ${name} 1000`,
    `sentinel failover-timeout ${name} 5000`,
  ]
  writeFileSync(settings, `${lines.join('\n')}\n`)
  const child = spawn('redis-server', [settings, '--sentinel'], { stdio: 'ignore' })
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null })
  client.on('error', () => {})
  await client.ping()
  return {
    port,
    client,
    async stop() {
      client.disconnect()
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
