import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort from 'get-port'
import { Redis } from 'ioredis'

/** Starts the redis-server on PATH on a free port with an empty folder. */
export async function startRedis(...settings) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-redis-'))
  const port = await getPort({ host: '127.0.0.1' })
  const base = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ]
  const child = spawn('redis-server', [...base, ...settings], { stdio: 'ignore' })
  const exited = once(child, 'exit').catch((error) => {
    if (error.code === 'ENOENT')
      throw new Error('redis-server is not on PATH. Install it, then run this again.')
    throw error
  })
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null })
  redis.on('error', () => {})
  try {
    const code = await Promise.race([redis.ping(), exited.then(([code]) => code)])
    if (code !== 'PONG') throw new Error(`redis-server exited with code ${code}`)
  } catch (error) {
    redis.disconnect()
    throw error
  }
  return {
    port,
    pid: child.pid,
    url: `redis://127.0.0.1:${port}`,
    redis,
    async stop() {
      redis.disconnect()
      child.kill('SIGKILL')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
