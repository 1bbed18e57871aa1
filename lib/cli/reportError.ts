import { CommanderError } from 'commander'
import { contentCacheError, type ErrorCode, isContentCacheError } from '../core/errors.ts'
import { CliError, type CliErrorCode, EXIT, type ExitCode } from './cliError.ts'
import { safeLines, safeText } from './safeText.ts'

/** An error as a person, or a script that reads JSON, is told of it. */
export interface ErrorReport {
  readonly code: ErrorCode | CliErrorCode
  /** Safe on a terminal. Its line breaks are this program's own. */
  readonly message: string
  readonly exitCode: ExitCode
}

/** Errors of the library after which trying again with the same command is of no use. */
const UNABLE: readonly string[] = [
  'CC_REDIS_UNREACHABLE',
  'CC_INVALID_OBJ',
  'CC_INVALID_OPTIONS',
  'CC_INVALID_ENVIRONMENT',
  'CC_INVALID_MESSAGE',
]

export function errorReport(error: unknown): ErrorReport {
  const { code, message, exitCode } = known(error)
  // Whatever a URL came in with, a mistyped option for instance, its password is not for the screen.
  return { code, message: message.replace(/:\/\/\S*@/g, '://***@'), exitCode }
}

function known(error: unknown): ErrorReport {
  if (error instanceof CliError)
    return { code: error.code, message: safeText(error.message), exitCode: error.exitCode }
  if (error instanceof CommanderError) {
    return { code: 'usage', message: usageText(error.message), exitCode: EXIT.unable }
  }
  if (isContentCacheError(error)) {
    const exitCode = UNABLE.includes(error.code) ? EXIT.unable : EXIT.failed
    return {
      code: error.code,
      message: [error.message, ...causesOf(error)].map(safeText).join('\n  because: '),
      exitCode,
    }
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  if (name === 'ReplyError') {
    return { code: 'redis', message: safeText(`Redis refused a command: ${message}`), exitCode: EXIT.unable }
  }
  if (/connection is closed|connection close|timed out|ECONN|EPIPE/i.test(message)) {
    return known(contentCacheError('CC_REDIS_UNREACHABLE', ['the connection was lost']))
  }
  return { code: 'internal', message: safeText(message), exitCode: EXIT.unable }
}

/** Commander repeats what was typed, and may suggest on a line of its own what was meant. */
function usageText(message: string): string {
  const [said = '', ...suggestion] = message.replace(/^error: /, '').split(/(?=\n\(Did you mean [^\n]*$)/)
  return safeText(said) + safeLines(suggestion.join(''))
}

function causesOf({ cause }: Error): string[] {
  return cause instanceof Error ? [cause.message, ...causesOf(cause)] : []
}
