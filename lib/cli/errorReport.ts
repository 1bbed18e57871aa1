import { CommanderError } from 'commander'
import { createContentCacheError, type ErrorCode, isContentCacheError } from '../core/errors.ts'
import { CliError, type CliErrorCode, EXIT, type ExitCode } from './cliError.ts'
import { escapeLines, escapeText } from './escapeText.ts'

/** An error as it is printed, as text or as JSON. */
export interface ErrorReport {
  readonly code: ErrorCode | CliErrorCode
  /** Escaped for a terminal. All its line breaks come from this program. */
  readonly message: string
  readonly exitCode: ExitCode
}

/** Errors of the library that a retry of the same command cannot resolve. */
const USAGE_ERRORS: readonly string[] = [
  'CC_REDIS_UNREACHABLE',
  'CC_INVALID_OBJ',
  'CC_INVALID_OPTIONS',
  'CC_INVALID_ENVIRONMENT',
  'CC_INVALID_MESSAGE',
]

export function createErrorReport(error: unknown): ErrorReport {
  const { code, message, exitCode } = toErrorReport(error)
  // A URL can appear in any message, for instance as a mistyped option. Its password must not be printed.
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
      message: [error.message, ...getCauseMessages(error)].map(escapeText).join('\n  cause: '),
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

/** Commander repeats the arguments, and may add a line with a suggestion. Only that line break is kept. */
function formatUsageError(message: string): string {
  const [headline = '', ...suggestion] = message.replace(/^error: /, '').split(/(?=\n\(Did you mean [^\n]*$)/)
  return escapeText(headline) + escapeLines(suggestion.join(''))
}

function getCauseMessages({ cause }: Error): string[] {
  return cause instanceof Error ? [cause.message, ...getCauseMessages(cause)] : []
}
