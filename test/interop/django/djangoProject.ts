import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

export interface DjangoOptions {
  readonly redisUrl: string
  /** As the Next site has it. Default `cc`. */
  readonly namespace?: string
  /** Further settings of CONTENT_CACHE. */
  readonly contentCache?: Readonly<Record<string, unknown>>
}

export interface DjangoProject {
  /**
   * Has the site do something: each command is a function in driver.py.
   *
   * @throws {DjangoError} what it raised there
   */
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON the command answers with
  call<T = any>(command: string, args?: Readonly<Record<string, unknown>>): Promise<T>
  stop(): Promise<void>
}

export class DjangoError extends Error {
  constructor(
    /** The exception's class. */
    readonly type: string,
    message: string,
    readonly keys: readonly string[],
    /** One of the library's codes; none for other errors. */
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
/** Debian's, which has Django; the first `python3` of the path may be another. */
const PYTHON = '/usr/bin/python3'

/** A real Django site with a database of its own, in a process that lives until it is stopped. */
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
  let said = ''
  let called = 0
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-10_000)
  })
  const ended = new Promise<void>((resolve) => {
    const end = (reason: unknown) => {
      const error = new Error(`Django ended with ${reason}:\n${said}`)
      for (const call of calls.values()) call.reject(error)
      calls.clear()
      resolve()
    }
    child.on('error', end)
    child.on('close', end)
  })
  // What a process that has ended cannot read is told by its end.
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
          return reject(new Error(`Django has ended:\n${said}`))
        const id = ++called
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
