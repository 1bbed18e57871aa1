import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { findFreePort } from './findFreePort.ts'

export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Connected until the server stops. */
  readonly client: Redis
  /** Sends SIGKILL, to simulate a crash. */
  kill(): Promise<void>
  /** Pauses the process, like an overloaded machine. Its connections stay open. */
  suspend(): void
  resume(): void
  /** Ends the server and removes its folder. */
  stop(): Promise<void>
}

export interface RedisServerOptions {
  /** @default a free port */
  readonly port?: number
  readonly args?: readonly string[]
}

/** Starts a real redis-server in an empty folder, without persistence. */
export async function startRedis({ port, args = [] }: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const serverPort = port ?? (await findFreePort())
  const settings = { port: serverPort, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' }
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn('redis-server', [...options, ...args], { stdio: 'ignore' })
  const client = new Redis(serverPort, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null })
  client.on('error', () => {})
  await Promise.race([client.ping(), rejectAtEnd(child)])

  // Also when the test run is interrupted.
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))

  async function kill() {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  return {
    port: serverPort,
    url: `redis://127.0.0.1:${serverPort}`,
    client,
    kill,
    suspend: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      client.disconnect()
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Rejects when the process ends, or cannot start. */
async function rejectAtEnd(child: ChildProcess): Promise<never> {
  const [reason] = await Promise.race([once(child, 'exit'), once(child, 'error')])
  throw reason instanceof Error ? reason : new Error(`redis-server ended with ${reason}`)
}
