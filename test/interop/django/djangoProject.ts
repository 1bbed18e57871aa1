import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

export interface DjangoOptions {
  readonly redisUrl: string
  /** The namespace of the Next site. Default `cc`. */
  readonly namespace?: string
  /** Further settings of CONTENT_CACHE. */
  readonly contentCache?: Readonly<Record<string, unknown>>
}

export interface DjangoProject {
  /**
   * Runs a command on the site. Each command is a function in driver.py.
   *
   * @throws {DjangoError} with the error that the command raised
   */
  // biome-ignore lint/suspicious/noExplicitAny: the result is JSON of any shape
  call<T = any>(command: string, args?: Readonly<Record<string, unknown>>): Promise<T>
  stop(): Promise<void>
}

export class DjangoError extends Error {
  constructor(
    /** The exception's class. */
    readonly type: string,
    message: string,
    readonly keys: readonly string[],
    /** The library's code of the error. Null for errors that are not the library's. */
    readonly code: string | null,
  ) {
    super(`${type}: ${message}`)
  }
}

interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: Pick<DjangoError, 'type' | 'message' | 'keys' | 'code'>
}

const here = import.meta.dirname
const client = resolve(here, '../../../clients/django')
/** Debian's Python, which has Django. Another `python3` may come first in the path. */
const PYTHON = '/usr/bin/python3'

/** Starts a real Django site with its own database and process. */
export async function startDjango(options: DjangoOptions): Promise<DjangoProject> {
  const folder = mkdtempSync(join(tmpdir(), 'django-'))
  const { redisUrl, namespace = 'cc', contentCache = {} } = options
  const setting = { redisUrl, namespace, contentCache, database: join(folder, 'news.sqlite3') }
  const child = spawn(PYTHON, [join(here, 'driver.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PYTHONPATH: client,
      CONTENT_CACHE_REDIS_URL: undefined,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONIOENCODING: 'utf-8',
      DJANGO_DRIVER: JSON.stringify(setting),
    },
  })
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  const ready = new Promise((resolve, reject) => calls.set(0, { resolve, reject }))
  let stderrTail = ''
  let lastId = 0
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-10_000)
  })
  const ended = new Promise<void>((resolve) => {
    const end = (reason: unknown) => {
      const error = new Error(`Django ended with ${reason}:\n${stderrTail}`)
      for (const call of calls.values()) call.reject(error)
      calls.clear()
      resolve()
    }
    child.on('error', end)
    child.on('close', end)
  })
  // A failed write means that the process has ended, which `end` reports.
  child.stdin.on('error', () => {})
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, value, error }: Answer = JSON.parse(line)
    const call = calls.get(id)
    calls.delete(id)
    if (error) call?.reject(new DjangoError(error.type, error.message, error.keys, error.code))
    else call?.resolve(value)
  })
  await ready

  return {
    call(command, args = {}) {
      return new Promise((resolve, reject) => {
        if (child.exitCode !== null || child.signalCode !== null)
          return reject(new Error(`Django has ended:\n${stderrTail}`))
        const id = ++lastId
        calls.set(id, { resolve: resolve as (value: unknown) => void, reject })
        child.stdin.write(`${JSON.stringify({ id, command, args })}\n`)
      })
    },
    async stop() {
      child.stdin.end()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
