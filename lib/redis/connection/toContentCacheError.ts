import { createContentCacheError, isContentCacheError } from '../../core/errors.ts'
import { CircuitOpenError } from './breaker.ts'

/** Converts an error of ioredis, or of the circuit breaker, to an error of this library. */
export function toContentCacheError(error: unknown): unknown {
  if (error instanceof CircuitOpenError) {
    const cause = toContentCacheError(error.cause)
    // The server answers, but refuses the connection, for instance its password.
    if (isContentCacheError(cause) && cause.code === 'CC_REDIS_REFUSED') return cause
    return createContentCacheError('CC_REDIS_UNREACHABLE', ['several commands in a row have failed'], {
      cause,
    })
  }
  if (!(error instanceof Error) || isContentCacheError(error)) return error
  const code = isReplyError(error) ? 'CC_REDIS_REFUSED' : 'CC_REDIS_UNREACHABLE'
  // The message of ioredis names an option that the site has not set.
  const isConnectionLost = error.message.includes('max retries per request')
  return createContentCacheError(code, [isConnectionLost ? 'the connection was lost' : getErrorText(error)], {
    cause: stripCommand(error),
  })
}

/** Converts the errors among the replies to the parts of one command. */
export function convertErrors<T>(replies: readonly (T | Error)[]): (T | Error)[] {
  return replies.map((reply) => (reply instanceof Error ? (toContentCacheError(reply) as Error) : reply))
}

/** The message of an error, without a full stop, because the text of this library goes on. */
export function getErrorText({ message }: Error): string {
  return message.replace(/\.$/, '')
}

/** Whether the server refused a command. */
export function isReplyError(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}

/** Errors of ioredis contain the command: a whole payload, or the password. Logs must not show either. */
function stripCommand({ name, message, stack = '' }: Error): Error {
  return Object.assign(new Error(message), { name, stack })
}
