import { CommanderError } from 'commander'
import { createContentCacheError, type ErrorCode, isContentCacheError } from '../core/errors.ts'
import { CliError, type CliErrorCode, EXIT, type ExitCode } from './cliError.ts'
import { escapeLines, escapeText } from './escapeText.ts'

/** An error as a person, or a script that reads JSON, is told of it. */
export interface ErrorReport {
  readonly code: ErrorCode | CliErrorCode
  /** Safe on a terminal. Its line breaks are this program's own. */
  readonly message: string
  readonly exitCode: ExitCode
}

/** Errors of the library after which trying again with the same command is of no use. */
const USAGE_ERRORS: readonly string[] = [
  'CC_REDIS_UNREACHABLE',
  'CC_INVALID_OBJ',
  'CC_INVALID_OPTIONS',
  'CC_INVALID_ENVIRONMENT',
  'CC_INVALID_MESSAGE',
]

export function createErrorReport(error: unknown): ErrorReport {
  const { code, message, exitCode } = toErrorReport(error)
  // Whatever a URL came in with, a mistyped option for instance, its password is not for the screen.
  return { code, message: message.replace(/:\/\/\S*@/g, '://***@'), exitCode }
}

function toErrorReport(error: unknown): ErrorReport {
  if (error instanceof CliError)
    return { code: error.code, message: escapeText(error.message), exitCode: error.exitCode }
  if (error instanceof CommanderError) {
    return { code: 'usage', message: formatUsageError(error.message), exitCode: EXIT.usage }
  }
  if (isContentCacheError(error)) {
    const exitCode = USAGE_ERRORS.includes(error.code) ? EXIT.usage : EXIT.failed
    return {
      code: error.code,
      message: [error.message, ...getCauseMessages(error)].map(escapeText).join('\n  because: '),
      exitCode,
    }
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  if (name === 'ReplyError') {
    return { code: 'redis', message: escapeText(`Redis refused a command: ${message}`), exitCode: EXIT.usage }
  }
  if (/connection is closed|connection close|timed out|ECONN|EPIPE/i.test(message)) {
    return toErrorReport(createContentCacheError('CC_REDIS_UNREACHABLE', ['the connection was lost']))
  }
  return { code: 'internal', message: escapeText(message), exitCode: EXIT.usage }
}

/** Commander repeats what was typed, and may suggest on a line of its own what was meant. */
function formatUsageError(message: string): string {
  const [headline = '', ...suggestion] = message.replace(/^error: /, '').split(/(?=\n\(Did you mean [^\n]*$)/)
  return escapeText(headline) + escapeLines(suggestion.join(''))
}

function getCauseMessages({ cause }: Error): string[] {
  return cause instanceof Error ? [cause.message, ...getCauseMessages(cause)] : []
}
