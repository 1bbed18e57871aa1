import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface WorkerProcess {
  readonly child: ChildProcess
  /** Its log so far, one object per line. */
  readonly log: readonly Record<string, unknown>[]
  /** Its standard error so far. */
  readonly errors: () => string
  /** Sends SIGKILL, to simulate a crash. */
  kill(): Promise<void>
  /** Sends SIGTERM. Resolves with the exit code. */
  end(): Promise<number | null>
}

const program = fileURLToPath(new URL('workerProcess.mjs', import.meta.url))

/** Starts `react-cache-content worker` as a user does. */
export function startWorkerProcess(args: readonly string[], env: Record<string, string> = {}): WorkerProcess {
  const child = spawn(process.execPath, [program, 'worker', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const log: Record<string, unknown>[] = []
  let errors = ''
  createInterface({ input: child.stdout }).on('line', (line) => log.push(JSON.parse(line)))
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await once(child, 'exit')
    }
    return child.exitCode
  }
  return {
    child,
    log,
    errors: () => errors,
    kill: async () => void (await end('SIGKILL')),
    end: () => end('SIGTERM'),
  }
}
