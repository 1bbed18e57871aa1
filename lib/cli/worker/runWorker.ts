import { readChannel, readRebuildSecret, readVariable } from '../../core/environment.ts'
import { isContentCacheError } from '../../core/errors.ts'
import { parseMessage } from '../../messages/parseMessage.ts'
import { DEFAULT_CHANNEL } from '../../redis/protocol.gen.ts'
import { createWorker, type DryRun, type Worker } from '../../worker/createWorker.ts'
import { type HealthServer, startHealthServer } from '../../worker/healthServer.ts'
import type { WorkerEvent } from '../../worker/workerEvent.ts'
import { getSiteError, type WorkerOptions } from '../../worker/workerOptions.ts'
import { CliError, EXIT, type ExitCode } from '../cliError.ts'
import { connect } from '../connect.ts'
import { printResult } from '../runCommand.ts'
import { resolveTarget, type TargetOptions } from '../target.ts'
import type { Terminal } from '../terminal.ts'
import { type InvalidMessage, renderDryRuns } from './renderDryRuns.ts'
import { createWorkerLog } from './workerLog.ts'

/** The parsed options that addWorkerCommand.ts declares. */
export interface WorkerFlags extends TargetOptions {
  readonly site?: string
  readonly secret?: string
  readonly channel?: string
  readonly mode?: 'expire' | 'refresh'
  readonly concurrency?: number
  readonly debounce?: number
  readonly minInterval?: number
  readonly timeout?: number
  readonly maxAttempts?: number
  readonly claimIdleAfter?: number
  readonly healthPort?: number
  readonly healthHost: string
  readonly once?: boolean
  readonly dryRun?: boolean
}

/** Maximum number of waiting messages that a dry run shows. */
const MAX_SHOWN = 100

export async function runWorker(
  message: string | undefined,
  flags: WorkerFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const target = resolveTarget(flags, terminal.env)
  if (message !== undefined && !flags.dryRun)
    throw new CliError(
      'usage',
      'A message can only be passed with --dry-run. To publish one, see node_modules/react-cache-content/docs/protocol.md.',
    )
  const log = createWorkerLog(terminal, { json: flags.json ?? false, redact: target.address.redact })
  let failures = 0
  const onEvent = (event: WorkerEvent) => {
    if (event.type === 'rejected' || (event.type === 'rebuild-failed' && event.exhausted)) failures++
    if (!flags.dryRun) log(event)
  }
  const settings = resolveSettings(flags, terminal.env)
  // A single run fails at once if Redis is unreachable. A worker that keeps running waits for Redis.
  if (flags.once || flags.dryRun) (await connect(target.address)).disconnect()
  if (settings.secret === undefined && !flags.dryRun) {
    terminal.stderr.write(
      'warning: no rebuild secret is set, so readers may see old pages a little longer.\n',
    )
  }
  const worker = createWorker({
    ...settings,
    ...target.prefixes,
    redis: target.address.url,
    onEvent,
  })
  try {
    if (flags.dryRun) {
      printResult(terminal, flags, await runDryRuns(worker, message, terminal), renderDryRuns)
      return EXIT.ok
    }
    if (flags.once) await worker.runOnce()
    else await runUntilStopped(worker, flags, terminal)
  } finally {
    await worker.stop()
  }
  return flags.once && failures > 0 ? EXIT.failed : EXIT.ok
}

async function runUntilStopped(
  worker: Worker,
  { healthPort, healthHost }: WorkerFlags,
  { signals }: Terminal,
): Promise<void> {
  const stop = () => void worker.stop()
  // `once` removes each listener, so that a second signal ends the process immediately.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) signals?.once(signal, stop)
  const health = healthPort === undefined ? undefined : await openHealthServer(worker, healthHost, healthPort)
  try {
    await worker.run()
  } finally {
    await health?.close()
    for (const signal of ['SIGTERM', 'SIGINT'] as const) signals?.off(signal, stop)
  }
}

async function openHealthServer(worker: Worker, host: string, port: number): Promise<HealthServer> {
  try {
    return await startHealthServer(worker.status, { host, port })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CliError('usage', `Cannot listen on --health-port ${port}: ${reason}`)
  }
}

function resolveSettings(flags: WorkerFlags, env: Terminal['env']): Omit<WorkerOptions, 'redis'> {
  const {
    site = readVariable(env, 'CONTENT_CACHE_SITE', getSiteError),
    channel,
    mode,
    concurrency,
    debounce,
    minInterval,
    timeout,
    maxAttempts,
    claimIdleAfter,
  } = flags
  // A dry run sends no requests to the site.
  if (!site && !flags.dryRun)
    throw new CliError(
      'usage',
      'No site given. Pass --site http://localhost:3000, or set CONTENT_CACHE_SITE.',
    )
  const secret = flags.secret || readRebuildSecret(env)
  return {
    site: site || 'http://localhost',
    channel: channel ?? readChannel(env) ?? DEFAULT_CHANNEL,
    ...(secret && { secret }),
    ...(mode !== undefined && { mode }),
    ...(concurrency !== undefined && { concurrency }),
    ...(debounce !== undefined && { debounce }),
    ...(minInterval !== undefined && { minInterval }),
    ...(timeout !== undefined && { timeout }),
    ...(maxAttempts !== undefined && { maxAttempts }),
    ...(claimIdleAfter !== undefined && { claimIdleAfter }),
  }
}

async function runDryRuns(
  worker: Worker,
  message: string | undefined,
  { stdin }: Terminal,
): Promise<(DryRun | InvalidMessage)[]> {
  if (message !== undefined) return [await worker.dryRun(parseMessage(await readMessageText(message, stdin)))]
  const runs: (DryRun | InvalidMessage)[] = []
  for (const text of await worker.waitingMessages(MAX_SHOWN)) {
    try {
      runs.push(await worker.dryRun(parseMessage(text)))
    } catch (error) {
      if (!isContentCacheError(error) || error.code !== 'CC_INVALID_MESSAGE') throw error
      runs.push({ skipped: error.message })
    }
  }
  return runs
}

async function readMessageText(message: string, stdin: Terminal['stdin']): Promise<string> {
  if (message !== '-') return message
  let text = ''
  for await (const chunk of stdin) text += String(chunk)
  return text
}
