import { CommanderError } from 'commander'
import { contentCacheError, type ErrorCode, isContentCacheError } from '../core/errors.ts'
import { CliError, type CliErrorCode, EXIT, type ExitCode } from './cliError.ts'

/** An error as a person, or a script that reads JSON, is told of it. */
export interface ErrorReport {
  readonly code: ErrorCode | CliErrorCode
  readonly message: string
  readonly exitCode: ExitCode
}

/** Errors of the library after which trying again with the same command is of no use. */
const UNABLE: readonly string[] = [
  'CC_REDIS_UNREACHABLE',
  'CC_INVALID_OBJ',
  'CC_INVALID_OPTIONS',
  'CC_INVALID_MESSAGE',
]

export function errorReport(error: unknown): ErrorReport {
  const { code, message, exitCode } = known(error)
  // Whatever a URL came in with, a mistyped option for instance, its password is not for the screen.
  return { code, message: message.replace(/:\/\/\S*@/g, '://***@'), exitCode }
}

function known(error: unknown): ErrorReport {
  if (error instanceof CliError) return { code: error.code, message: error.message, exitCode: error.exitCode }
  if (error instanceof CommanderError) {
    return { code: 'usage', message: error.message.replace(/^error: /, ''), exitCode: EXIT.unable }
  }
  if (isContentCacheError(error)) {
    const exitCode = UNABLE.includes(error.code) ? EXIT.unable : EXIT.failed
    return { code: error.code, message: [error.message, ...causesOf(error)].join('\n  because: '), exitCode }
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  if (name === 'ReplyError') {
    return { code: 'redis', message: `Redis refused a command: ${message}`, exitCode: EXIT.unable }
  }
  if (/connection is closed|connection close|timed out|ECONN|EPIPE/i.test(message)) {
    return known(contentCacheError('CC_REDIS_UNREACHABLE', ['the connection was lost']))
  }
  return { code: 'internal', message, exitCode: EXIT.unable }
}

function causesOf({ cause }: Error): string[] {
  return cause instanceof Error ? [cause.message, ...causesOf(cause)] : []
}
