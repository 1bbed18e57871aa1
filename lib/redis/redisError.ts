import { contentCacheError, isContentCacheError } from '../core/errors.ts'
import { BrokenError } from './breaker.ts'

/** What went wrong on a line, as an error of this library. */
export function redisError(error: unknown): unknown {
  if (error instanceof BrokenError) {
    const cause = redisError(error.cause)
    return contentCacheError('CC_REDIS_UNREACHABLE', ['it has just failed several times'], { cause })
  }
  if (!(error instanceof Error) || isContentCacheError(error)) return error
  const code = isReply(error) ? 'CC_REDIS_REFUSED' : 'CC_REDIS_UNREACHABLE'
  // ioredis speaks of an option of its own, which nobody has set.
  const lost = error.message.includes('max retries per request')
  return contentCacheError(code, [lost ? 'the connection was lost' : error.message], { cause: bare(error) })
}

/** Whether the server itself has refused a command. */
export function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}

/** ioredis tells in its errors what was sent: pages of text, or the password. That is not for logs. */
function bare({ name, message, stack = '' }: Error): Error {
  return Object.assign(new Error(message), { name, stack })
}
