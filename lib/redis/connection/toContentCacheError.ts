import { createContentCacheError, isContentCacheError } from '../../core/errors.ts'
import { CircuitOpenError } from './breaker.ts'

/** What went wrong on a line, as an error of this library. */
export function toContentCacheError(error: unknown): unknown {
  if (error instanceof CircuitOpenError) {
    const cause = toContentCacheError(error.cause)
    return createContentCacheError('CC_REDIS_UNREACHABLE', ['it has just failed several times'], { cause })
  }
  if (!(error instanceof Error) || isContentCacheError(error)) return error
  const code = isReplyError(error) ? 'CC_REDIS_REFUSED' : 'CC_REDIS_UNREACHABLE'
  // ioredis speaks of an option of its own, which nobody has set.
  const isConnectionLost = error.message.includes('max retries per request')
  return createContentCacheError(code, [isConnectionLost ? 'the connection was lost' : error.message], {
    cause: stripCommand(error),
  })
}

/** Whether the server itself has refused a command. */
export function isReplyError(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}

/** ioredis tells in its errors what was sent: pages of text, or the password. That is not for logs. */
function stripCommand({ name, message, stack = '' }: Error): Error {
  return Object.assign(new Error(message), { name, stack })
}
