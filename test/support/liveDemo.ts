import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface LiveDemo {
  readonly origin: string
  readonly redisUrl: string
  readonly process: ChildProcess
  /** Its output so far. */
  log(): string
  /** Resolves when its output matches the pattern. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  /** The ids of its running child processes. */
  children(): number[]
  stop(): Promise<number | null>
}

/** Starts `npm run demo:live` with the build of the browser tests and a new database. */
export async function startLiveDemo(...args: string[]): Promise<LiveDemo> {
  const folder = mkdtempSync(join(tmpdir(), 'live-demo-'))
  const env = {
    ...process.env,
    FILMS_DB: join(folder, 'films.db'),
    NEXT_DIST_DIR: 'test/e2e/.next',
    PORT: '',
  }
  const imported = spawn(process.execPath, ['scripts/import-films.mjs'], { env, stdio: 'ignore' })
  await once(imported, 'close')
  const child = spawn(process.execPath, ['scripts/demo-live.mjs', '--no-build', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let onOutput = () => {}
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
      onOutput()
    })
  }
  const closed = once(child, 'close')
  closed.then(() => {
    rmSync(folder, { recursive: true, force: true })
    onOutput()
  })

  function printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      onOutput = () => {
        const match = pattern.exec(output)
        if (match) resolve(match)
        else if (child.exitCode !== null) reject(new Error(`The live demo ended:\n${output}`))
      }
      onOutput()
    })
  }

  const [, redisPort = ''] = await printed(/redis-server on port (\d+)/)
  const [, origin = ''] = await printed(/open (http\S+)\/live/)
  return {
    origin,
    redisUrl: `redis://127.0.0.1:${redisPort}`,
    process: child,
    log: () => output,
    printed,
    children: () => findChildren(child.pid ?? 0),
    async stop() {
      child.kill('SIGTERM')
      const [code] = await closed
      return code
    },
  }
}

/** Finds child processes by the parent id that the kernel lists for each process. */
function findChildren(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        // The name of the program, in brackets, may contain any text.
        return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(parent)
      } catch {
        // The process has ended.
        return false
      }
    })
    .map(Number)
}
