import { type Command, Option } from 'commander'
import { DEFAULT_CHANNEL } from '../../redis/protocol.gen.ts'
import { WORKER_DEFAULTS } from '../../worker/workerOptions.ts'
import type { ExitCode } from '../cliError.ts'
import { parseNonNegativeInteger, parsePositiveInteger } from '../parsePositiveInteger.ts'
import { addTargetOptions } from '../target.ts'
import type { Terminal } from '../terminal.ts'
import { runWorker, type WorkerFlags } from './runWorker.ts'

/** @param finish receives the exit code */
export function addWorkerCommand(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: ExitCode) => void,
): void {
  const command = addTargetOptions(program.command('worker'))
    .description('follow content changes: expire or refresh affected fragments and rebuild their pages')
    .argument('[message]', 'with --dry-run: a message as JSON; - reads it from standard input')
  addSourceOptions(command)
  addRebuildOptions(command)
  command
    .option('--health-port <number>', 'answer GET /health on this port', parsePositiveInteger)
    .option('--health-host <address>', 'address for --health-port', '127.0.0.1')
    .option('--once', 'process the waiting messages and routes, then exit')
    .option('--dry-run', 'print the effect of the message, or of all waiting messages, and change nothing')
    .action(async (message: string | undefined, flags: WorkerFlags) => {
      finish(await runWorker(message, flags, terminal))
    })
}

// Defaults are part of the text. Commander would print the values, and those from the environment may be secret.

function addSourceOptions(command: Command): void {
  command
    .option('--site <origin>', 'URL of the site (default: $CONTENT_CACHE_SITE)')
    .option(
      '--secret <text>',
      'rebuild secret of the site; visible in process lists, so prefer the variable (default: $CONTENT_CACHE_REBUILD_SECRET, or $CONTENT_CACHE_SECRET)',
    )
    .option(
      '--channel <name>',
      `Redis channel of content changes (default: $CONTENT_CACHE_CHANNEL, or "${DEFAULT_CHANNEL}")`,
    )
}

function addRebuildOptions(command: Command): void {
  command
    .addOption(
      new Option('--mode <mode>', 'how to invalidate fragments (default: depends on the action)').choices([
        'expire',
        'refresh',
      ]),
    )
    .option(
      '--concurrency <number>',
      `routes to rebuild in parallel (default: ${WORKER_DEFAULTS.concurrency})`,
      parsePositiveInteger,
    )
    .option(
      '--debounce <ms>',
      `time from the first change of a route until its rebuild (default: ${WORKER_DEFAULTS.debounce})`,
      parseNonNegativeInteger,
    )
    .option(
      '--min-interval <ms>',
      `minimum time between two rebuilds of a route (default: ${WORKER_DEFAULTS.minInterval})`,
      parseNonNegativeInteger,
    )
    .option(
      '--timeout <ms>',
      `time limit of a rebuild (default: ${WORKER_DEFAULTS.timeout})`,
      parsePositiveInteger,
    )
    .option(
      '--max-attempts <number>',
      `attempts to rebuild a route (default: ${WORKER_DEFAULTS.maxAttempts})`,
      parsePositiveInteger,
    )
    .option(
      '--claim-idle-after <ms>',
      `time after which unfinished messages of another worker are taken over (default: ${WORKER_DEFAULTS.claimIdleAfter})`,
      parsePositiveInteger,
    )
}
