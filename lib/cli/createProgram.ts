import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { EXIT, type ExitCode } from './cliError.ts'
import { runDoctor } from './doctor/runDoctor.ts'
import { escapeLines, escapeText } from './escapeText.ts'
import { expire, readKeysToExpire } from './expire.ts'
import { assertInteractive, flush, promptConfirmation } from './flush.ts'
import { inspect } from './inspect/inspect.ts'
import { parsePositiveInteger } from './parsePositiveInteger.ts'
import { pluralize } from './render/formatNumber.ts'
import { renderDoctor } from './render/renderDoctor.ts'
import { renderInspect } from './render/renderInspect.ts'
import { renderStats } from './render/renderStats.ts'
import { runCommand } from './runCommand.ts'
import { collectStats } from './stats.ts'
import { addTargetOptions, type TargetOptions } from './target.ts'
import type { Terminal } from './terminal.ts'
import { type NextTagOptions, PATH_TYPES, toNextTagObjects } from './toNextTagObjects.ts'
import { addWorkerCommand } from './worker/addWorkerCommand.ts'

/** @param finish receives the exit code of a command that ran; without a call it is 0 */
export function createProgram(terminal: Terminal, finish: (exitCode: ExitCode) => void): Command {
  const program = new Command('react-cache-content')
    .description('Inspects and maintains fragments, pages and data that are cached in Redis.')
    .version(readPackageVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(escapeLines(text)),
      writeErr: (text) => terminal.stderr.write(escapeLines(text)),
      // The caller reports usage errors like all others.
      outputError() {},
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 success or healthy; 1 problems found, or nothing done; 2 cannot run (usage, connection, permission).',
    )
  addDoctorCommand(program, terminal, finish)
  addStatsCommand(program, terminal)
  addInspectCommand(program, terminal)
  addExpireCommand(program, terminal)
  addFlushCommand(program, terminal)
  addWorkerCommand(program, terminal, finish)
  return program
}

function readPackageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

function addDoctorCommand(program: Command, terminal: Terminal, finish: (exitCode: ExitCode) => void): void {
  addTargetOptions(program.command('doctor'))
    .description('check the server and the index, and report problems')
    .option('--fix', 'repair the index')
    .action(async ({ fix = false, ...options }: TargetOptions & { fix?: boolean }) => {
      const { healthy } = await runCommand(terminal, options, {
        work: ({ redis, progress }, target) => runDoctor(redis, target, { fix, progress }),
        render: renderDoctor,
      })
      finish(healthy ? EXIT.ok : EXIT.failed)
    })
}

function addStatsCommand(program: Command, terminal: Terminal): void {
  addTargetOptions(program.command('stats'))
    .description('count fragments, entries of the caches of Next, objects and bytes')
    .action(async (options: TargetOptions) => {
      await runCommand(terminal, options, { work: collectStats, render: renderStats })
    })
}

function addInspectCommand(program: Command, terminal: Terminal): void {
  addTargetOptions(program.command('inspect'))
    .description('show an entry, the caches that show an object, a page, or the fragments with a name')
    .argument('<subject>', 'key of an entry, key of an object, path of a page, or name of fragments')
    .option('--limit <number>', 'maximum number of entries of each kind to list', parsePositiveInteger, 100)
    .action(async (subject: string, { limit, ...options }: TargetOptions & { limit: number }) => {
      await runCommand(terminal, options, {
        work: (scan, target) => inspect(scan, target, subject, limit),
        render: renderInspect,
      })
    })
}

function addExpireCommand(program: Command, terminal: Terminal): void {
  addTargetOptions(program.command('expire'))
    .description('remove every cache that shows one of the objects')
    .argument('[objects...]', 'keys of objects; - reads them from standard input, one per line')
    .option('--tag <tag>', 'tag of Next, as for revalidateTag; once for each', collect)
    .option('--path <path>', 'path of a page, as for revalidatePath; once for each', collect)
    .addOption(new Option('--path-type <type>', 'as for revalidatePath').choices(PATH_TYPES))
    .action(async (args: string[], options: TargetOptions & NextTagOptions) => {
      const objects = await readKeysToExpire(args, toNextTagObjects(options), terminal.stdin)
      await runCommand(terminal, options, {
        work: ({ redis, progress }, target) => expire(redis, target, { objects, progress }),
        render: (result) =>
          `expired ${pluralize(result.objects, 'object')}: ${pluralize(result.expired, 'cache')} removed`,
      })
    })
}

function addFlushCommand(program: Command, terminal: Terminal): void {
  addTargetOptions(program.command('flush'))
    .description('remove all fragments of the namespace')
    .option('--yes', 'do not ask for confirmation')
    .action(async ({ yes = false, ...options }: TargetOptions & { yes?: boolean }) => {
      if (!yes) assertInteractive(terminal)
      await runCommand(terminal, options, {
        work: (scan, target) =>
          flush(scan, target, async (fragments) => {
            const { address, prefixes } = target
            const subject = `${pluralize(fragments, 'fragment')} of namespace ${prefixes.namespace} on ${address.redactedUrl}`
            if (!yes) await promptConfirmation(terminal, `Remove ${escapeText(subject)}?`)
          }),
        render: ({ fragments }) => `flushed: ${pluralize(fragments, 'fragment')} removed`,
      })
    })
}

function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value]
}
