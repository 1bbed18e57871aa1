import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface RailsSetting {
  readonly redisUrl: string
  readonly namespace: string
  /** Seconds until a command fails. The default is long, because a busy machine replies late. */
  readonly timeout?: number
}

export interface RailsProject {
  /**
   * @param command a method of `Commands` in driver.rb, in camel case
   * @throws with the class, message and code of the error that the command raised
   */
  call<T = unknown>(command: string, args?: Readonly<Record<string, unknown>>): Promise<T>
  stop(): Promise<void>
}

const resolveHere = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Starts a Rails application with stories, fragments and `Rails.cache` on the given Redis, in its own process. */
export async function startRails({ redisUrl, namespace, timeout = 10 }: RailsSetting): Promise<RailsProject> {
  const folder = mkdtempSync(join(tmpdir(), 'rails-'))
  const child = spawn('ruby', ['-I', resolveHere('../../../clients/rails/lib'), resolveHere('driver.rb')], {
    // SEED_STORE in the environment names a file to load in place of seed.rb: the original store of 2012.
    env: {
      ...process.env,
      RAILS_ENV: 'production',
      NEWSROOM_REDIS: redisUrl,
      NEWSROOM_NAMESPACE: namespace,
      NEWSROOM_TIMEOUT: String(timeout),
      NEWSROOM_DATABASE: join(folder, 'newsroom.sqlite3'),
    },
    stdio: 'pipe',
  })
  const ended = once(child, 'close')
  let stderrTail = ''
  child.stderr.on('data', (text) => {
    stderrTail = (stderrTail + text).slice(-4000)
  })
  child.stdin.on('error', () => {})
  const calls = new Map<number, { resolve(value: never): void; reject(error: Error): void }>()
  let lastId = 0
  let stopped = false

  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { ready, id, value, error, code } = JSON.parse(line)
      if (ready) return resolve()
      const call = calls.get(id)
      calls.delete(id)
      if (error === undefined) call?.resolve(value as never)
      else call?.reject(Object.assign(new Error(error), { code }))
    })
    child.once('error', reject)
    ended.then(() => {
      stopped = true
      const error = new Error(`Rails has ended. ${stderrTail}`)
      reject(error)
      for (const call of calls.values()) call.reject(error)
    }, reject)
  })

  async function stop() {
    if (!stopped) {
      child.kill('SIGKILL')
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
  }

  try {
    await ready
  } catch (error) {
    await stop()
    throw error
  }
  return {
    call<T>(command: string, args: Readonly<Record<string, unknown>> = {}) {
      if (stopped) return Promise.reject(new Error(`Rails has ended. ${stderrTail}`))
      return new Promise<T>((resolve, reject) => {
        const id = ++lastId
        calls.set(id, { resolve: resolve as (value: never) => void, reject })
        child.stdin.write(`${JSON.stringify({ id, command, args })}\n`)
      })
    },
    stop,
  }
}
