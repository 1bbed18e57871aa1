import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import type { Command } from '../next/fixture/app/control/route.ts'
import type { Work } from '../next/fixture/site/workCounter.ts'
import { assembleDocument } from './assembleDocument.ts'
import { findFreePort } from './findFreePort.ts'

export interface SiteOptions {
  readonly cacheComponents?: boolean
  readonly standalone?: boolean
  readonly webpack?: boolean
  /** A path before all others. The site then has `trailingSlash`, too. */
  readonly basePath?: string
  /** `next dev` */
  readonly development?: boolean
  /** The Node.js binary that builds and serves it. @default the binary that runs the test */
  readonly node?: string
  /** Additional environment variables. */
  readonly env?: Record<string, string>
}

export interface Page {
  readonly status: number
  readonly headers: Headers
  /** As the server sent it. */
  readonly html: string
  /** The visible text, after scripts have moved the streamed parts. */
  readonly text: string
}

export interface ControlReply {
  readonly eventLog: Record<string, number>
  readonly expired?: number
  readonly refreshed?: number
  readonly pagesRevalidated?: boolean
  readonly work?: Work
}

/** A running site. */
export interface Site {
  readonly folder: string
  readonly origin: string
  get(path: string, init?: RequestInit): Promise<Page>
  send(command: Command): Promise<ControlReply>
  /** Resolves when a fragment, such as `item["n1/a"]`, has been stored `times` times. */
  stored(fragment: string, times?: number): Promise<void>
  /** Returns how often the site's event log has an entry. */
  count(entry: string): Promise<number>
  /** The output of the server. */
  log(): string
  /** Resolves when the server has printed `text`, after the first `from` characters. */
  logged(text: string, from?: number): Promise<void>
  stop(): Promise<void>
}

/** Milliseconds for which a test waits for anything, on a busy machine. */
const PATIENCE = 60_000

/** The secret with which workers sign their requests. */
export const REBUILD_SECRET = 'secret-that-must-not-be-printed'

let ids = 0

/** Returns an id that no other test uses, so each test begins with an empty cache. */
export function newId(): string {
  return `n${++ids}`
}

/** Builds the site in `folder`. @throws with Next's output when it cannot be built. */
export async function build(folder: string, options: SiteOptions): Promise<string> {
  const child = run(nextCommand(folder, 'build', ...getBundlerFlags(options)), folder, options)
  const output = collectOutput(child)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`next build ended with ${code}:\n${output.text()}`)
  return output.text()
}

/** Starts the build in `folder`. */
export function start(folder: string, options: SiteOptions): Promise<Site> {
  return serve((port) => nextCommand(folder, 'start', '--port', `${port}`), folder, options)
}

/** Starts `next dev` in `folder`. */
export function develop(folder: string, options: SiteOptions): Promise<Site> {
  const command = (port: number) =>
    nextCommand(folder, 'dev', '--port', `${port}`, ...getBundlerFlags(options))
  return serve(command, folder, options)
}

/** Starts the `server.js` of a standalone build. */
export function startStandalone(folder: string, options: SiteOptions): Promise<Site> {
  return serve(() => [join(folder, 'server.js')], folder, options)
}

async function serve(
  command: (port: number) => string[],
  folder: string,
  options: SiteOptions,
): Promise<Site> {
  const port = await findFreePort()
  const controlPath = options.basePath ? `${options.basePath}/control/` : '/control'
  const origin = `http://localhost:${port}`
  const child = run(command(port), folder, options, { PORT: `${port}`, ORIGIN: origin })
  const output = collectOutput(child)
  await output.has('Ready in')

  const send = async (command: Command): Promise<ControlReply> => {
    const signal = AbortSignal.timeout(PATIENCE)
    const body = JSON.stringify(command)
    try {
      const response = await fetch(origin + controlPath, { method: 'POST', body, signal })
      return await response.json()
    } catch (cause) {
      const state = child.signalCode ?? child.exitCode ?? 'runs'
      throw new Error(`The site (${state}) did not do ${body}. It printed:\n${output.text()}`, { cause })
    }
  }

  return {
    folder,
    origin,
    async get(path, init) {
      const headers = new Headers(init?.headers)
      // A browser sends this header for documents, and not for the data of a navigation.
      if (!headers.has('rsc')) headers.set('accept', 'text/html')
      return readPage(await fetch(origin + path, { redirect: 'manual', ...init, headers }))
    },
    send,
    async count(entry) {
      return (await send({})).eventLog[entry] ?? 0
    },
    async stored(fragment, times = 1) {
      await send({ noted: `commit ${fragment} committed`, times })
    },
    log: output.text,
    logged: output.has,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const closed = once(child, 'close')
      child.kill()
      await closed
    },
  }
}

export async function readPage(response: Response): Promise<Page> {
  const html = await response.text()
  return { status: response.status, headers: response.headers, html, text: readableText(html) }
}

export function readableText(html: string): string {
  return assembleDocument(html)
    .replace(/<(script|style|template)\b.*?<\/\1>/gs, '')
    .replace(/<!--.*?-->/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
}

function getBundlerFlags({ webpack }: SiteOptions): string[] {
  return webpack ? ['--webpack'] : []
}

function nextCommand(folder: string, ...args: string[]): string[] {
  return [join(folder, '../node_modules/next/dist/bin/next'), ...args]
}

function createEnvironment({
  cacheComponents,
  standalone,
  development,
  basePath = '',
  env,
}: SiteOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    // Vitest sets NODE_ENV to `test`, for which Next makes neither a production nor a development build.
    NODE_ENV: development ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    CACHE_COMPONENTS: cacheComponents ? '1' : '',
    STANDALONE: standalone ? '1' : '',
    BASE_PATH: basePath,
    CONTENT_CACHE_REBUILD_SECRET: REBUILD_SECRET,
    ...env,
  }
}

function run(
  args: string[],
  cwd: string,
  options: SiteOptions,
  address: Record<string, string> = {},
): ChildProcess {
  const env = { ...createEnvironment(options), ...address }
  const child = spawn(options.node ?? process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  // Also when the test run is interrupted.
  const end = () => child.kill()
  process.once('exit', end)
  child.once('close', () => process.off('exit', end))
  return child
}

function collectOutput(child: ChildProcess) {
  let text = ''
  const output = new EventEmitter()
  const add = (chunk: Buffer) => {
    text += chunk
    output.emit('more')
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  child.once('close', () => output.emit('more'))
  return {
    text: () => text,
    async has(expected: string, from = 0): Promise<void> {
      const signal = AbortSignal.timeout(PATIENCE)
      while (!text.includes(expected, from)) {
        const waiting = child.exitCode === null && once(output, 'more', { signal }).catch(() => false)
        if (!(await waiting))
          throw new Error(`The server has not printed "${expected}", but:\n${text.slice(from)}`)
      }
    },
  }
}
