import { CommanderError } from 'commander'
import { EXIT, type ExitCode } from './cliError.ts'
import { createProgram } from './createProgram.ts'
import { createErrorReport, type ErrorReport } from './errorReport.ts'
import { escapeJson } from './escapeText.ts'
import { createStyle, type Terminal } from './terminal.ts'

/**
 * Runs the command `react-cache-content`.
 *
 * @param args without the program and the script
 * @returns the exit code
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
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
      // Commander has printed the help because the arguments name no command.
      if (error.code === 'commander.help') return EXIT.usage
    }
    const report = createErrorReport(error)
    // Parsing may have failed, so commander cannot tell whether JSON was requested.
    if (args.includes('--json')) printJsonError(report, terminal)
    else printError(report, terminal)
    return report.exitCode
  }
}

function printJsonError({ code, message }: ErrorReport, { stdout }: Terminal): void {
  stdout.write(`${escapeJson(JSON.stringify({ error: { code, message } }, undefined, 2))}\n`)
}

function printError({ code, message }: ErrorReport, { stderr, env }: Terminal): void {
  const label = createStyle(stderr, env).red('error')
  const hasCode = message.includes(`[${code}`)
  stderr.write(`${label}: ${message}${hasCode ? '' : ` [${code}]`}\n`)
}
