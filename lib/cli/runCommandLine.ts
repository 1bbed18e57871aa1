import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { EXIT, type ExitCode } from './cliError.ts'
import { connect } from './connect.ts'
import { runDoctor } from './doctor/runDoctor.ts'
import { createErrorReport } from './errorReport.ts'
import { escapeJson, escapeLines, escapeText, escapeTextsDeep } from './escapeText.ts'
import { expire, readKeysToExpire } from './expire.ts'
import { assertInteractive, flush, promptConfirmation } from './flush.ts'
import { inspect } from './inspect/inspect.ts'
import { createProgress } from './progress.ts'
import { pluralize } from './render/formatNumber.ts'
import { renderDoctor } from './render/renderDoctor.ts'
import { renderInspect } from './render/renderInspect.ts'
import { renderStats } from './render/renderStats.ts'
import type { Scan } from './scan.ts'
import { collectStats } from './stats.ts'
import { addTargetOptions, resolveTarget, type Target, type TargetOptions } from './target.ts'
import { createStyle, type Style, type Terminal } from './terminal.ts'
import { runWorker, type WorkerFlags } from './worker/runWorker.ts'

/**
 * The command `react-cache-content`.
 *
 * @param args without the program and the script
 * @returns the exit code
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  // Known before parsing, for what cannot be parsed is reported too.
  const json = args.includes('--json')
  try {
    let exitCode: ExitCode = EXIT.ok
    const program = createProgram(terminal, (code) => {
      exitCode = code
    })
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok
      // Without a command, help has been shown, which says it all.
      if (error.code === 'commander.help') return EXIT.usage
    }
    const { exitCode, ...report } = createErrorReport(error)
    if (json) terminal.stdout.write(`${escapeJson(JSON.stringify({ error: report }, undefined, 2))}\n`)
    else {
      const label = createStyle(terminal.stderr, terminal.env).red('error')
      const hasCode = report.message.includes(`[${report.code}`)
      terminal.stderr.write(`${label}: ${report.message}${hasCode ? '' : ` [${report.code}]`}\n`)
    }
    return exitCode
  }
}

function createProgram(terminal: Terminal, finish: (exitCode: ExitCode) => void): Command {
  const program = new Command('react-cache-content')
    .description('Looks after fragments that are cached in Redis.')
    .version(readPackageVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(escapeLines(text)),
      writeErr: (text) => terminal.stderr.write(escapeLines(text)),
      // Reported as every other error.
      outputError() {},
    })
    .addHelpText('after', '\nExit code: 0 done or healthy, 1 problems found or not done, 2 unable to begin.')

  /** Does the work of a command with a connection, then prints what came of it. */
  async function runCommand<T>(
    options: TargetOptions,
    work: (scan: Scan, target: Target) => Promise<T>,
    render: (result: T, style: Style) => string,
  ): Promise<T> {
    const target = resolveTarget(options, terminal.env)
    const redis = await connect(target.address)
    try {
      const result = await work({ redis, progress: createProgress(terminal.stderr) }, target)
      const text = options.json
        ? escapeJson(JSON.stringify(result, undefined, 2))
        : render(escapeTextsDeep(result), createStyle(terminal.stdout, terminal.env))
      terminal.stdout.write(`${text}\n`)
      return result
    } finally {
      redis.disconnect()
    }
  }

  addTargetOptions(program.command('doctor'))
    .description('examines the server and the index, and says what is wrong')
    .option('--fix', 'repair the index')
    .action(async ({ fix = false, ...options }: TargetOptions & { fix?: boolean }) => {
      const work = ({ redis, progress }: Scan, target: Target) => runDoctor(redis, target, { fix, progress })
      const { healthy } = await runCommand(options, work, renderDoctor)
      finish(healthy ? EXIT.ok : EXIT.failed)
    })

  addTargetOptions(program.command('stats'))
    .description('counts fragments, objects and bytes')
    .action(async (options: TargetOptions) => {
      await runCommand(options, collectStats, renderStats)
    })

  addTargetOptions(program.command('inspect'))
    .description('shows a fragment, what shows an object, or the fragments of a name')
    .argument('<subject>', 'key of a fragment, object, or name of fragments')
    .option('--limit <number>', 'how many to list', parsePositiveInteger, 100)
    .action(async (subject: string, { limit, ...options }: TargetOptions & { limit: number }) => {
      await runCommand(options, (scan, target) => inspect(scan, target, subject, limit), renderInspect)
    })

  addTargetOptions(program.command('expire'))
    .description('removes every fragment that shows one of the objects')
    .argument('<objects...>', 'keys of objects; - reads them from standard input, one a line')
    .action(async (given: string[], options: TargetOptions) => {
      const objects = await readKeysToExpire(given, terminal.stdin)
      await runCommand(
        options,
        ({ redis, progress }, target) => expire(redis, target, { objects, progress }),
        (result) =>
          `expired ${pluralize(result.objects, 'object')}: ${pluralize(result.expired, 'cache')} gone`,
      )
    })

  addTargetOptions(program.command('flush'))
    .description('removes all fragments of the namespace')
    .option('--yes', 'do not ask')
    .action(async ({ yes = false, ...options }: TargetOptions & { yes?: boolean }) => {
      if (!yes) assertInteractive(terminal)
      await runCommand(
        options,
        (scan, target) =>
          flush(scan, target, async (fragments) => {
            const { address, prefixes } = target
            const subject = `${pluralize(fragments, 'fragment')} of namespace ${prefixes.namespace} on ${address.redactedUrl}`
            if (!yes) await promptConfirmation(terminal, `Remove ${escapeText(subject)}?`)
          }),
        ({ fragments }) => `flushed: ${pluralize(fragments, 'fragment')} gone`,
      )
    })

  addTargetOptions(program.command('worker'))
    .description('listens for changes of content, expires or refreshes what shows it, and rebuilds the pages')
    .argument('[message]', 'with --dry-run: a message as JSON; - reads it from standard input')
    .option('--site <origin>', 'where the site is (default: $CONTENT_CACHE_SITE)')
    // Not commander's default: help would print the value.
    .option(
      '--secret <text>',
      "the site's rebuild secret (default: $CONTENT_CACHE_REBUILD_SECRET, or $CONTENT_CACHE_SECRET; who can list processes sees what is typed here)",
    )
    .option('--channel <name>', 'where changes are told (default: $CONTENT_CACHE_CHANNEL, or "content")')
    .addOption(
      new Option('--mode <mode>', 'what is done to fragments (default: what the action asks for)').choices([
        'expire',
        'refresh',
      ]),
    )
    .option('--concurrency <number>', 'routes rebuilt at a time (default: 4)', parsePositiveInteger)
    .option(
      '--debounce <ms>',
      'collects changes before a route is rebuilt (default: 50)',
      parseNonNegativeInteger,
    )
    .option(
      '--min-interval <ms>',
      'at least, between two rebuilds of a route (default: 1000)',
      parseNonNegativeInteger,
    )
    .option('--timeout <ms>', 'how long a rebuild may take (default: 30000)', parsePositiveInteger)
    .option('--max-attempts <number>', 'after which a route is given up (default: 8)', parsePositiveInteger)
    .option(
      '--claim-idle-after <ms>',
      "takes over another worker's messages (default: 10000)",
      parsePositiveInteger,
    )
    .option('--health-port <number>', 'answers GET /health there', parsePositiveInteger)
    .option('--health-host <address>', 'on which address', '127.0.0.1')
    .option('--once', 'deals with what waits, then ends')
    .option('--dry-run', 'tells what would be done for the message, or for those that wait')
    .action(async (message: string | undefined, flags: WorkerFlags) => {
      finish(await runWorker(message, flags, terminal))
    })

  return program
}

function parseNonNegativeInteger(text: string): number {
  return text.trim() === '0' ? 0 : parsePositiveInteger(text)
}

function parsePositiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.')
  return value
}

function readPackageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
