import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { RedisKeys } from '../redisKeys.ts'

/** What a script needs. */
export interface ScriptContext {
  readonly redis: Redis
  readonly keys: RedisKeys
}

/** What a script needs that reads or advances the clock of expiries. */
export interface ClockScriptContext extends ScriptContext {
  /** Milliseconds for which expiries are remembered. */
  readonly retention: number
}

type Argument = string | number | Buffer

type Script = (redis: Redis, keys: readonly string[], args: readonly Argument[]) => Promise<unknown>

/**
 * A Lua script: by its hash, and whole only when the server does not know it (it was restarted, or somebody
 * ran SCRIPT FLUSH).
 */
export function defineScript(source: string): Script {
  const hash = hashSource(source)
  return async (redis, keys, args) => {
    try {
      return await redis.callBuffer('EVALSHA', hash, keys.length, ...keys, ...args)
    } catch (error) {
      if (!isUnknownScript(error)) throw error
      return redis.callBuffer('EVAL', source, keys.length, ...keys, ...args)
    }
  }
}

/**
 * A Lua script and, in the same round trip, a command that is executed after it: what a script returns is
 * copied twice more than what a command does, which tells when it is large.
 */
export function defineScriptThen(source: string) {
  const hash = hashSource(source)
  return async (
    redis: Redis,
    keys: readonly string[],
    args: readonly Argument[],
    [command, ...commandArgs]: readonly [string, ...Argument[]],
  ): Promise<[unknown, unknown]> => {
    const send = (evalCommand: 'EVALSHA' | 'EVAL', script: string) =>
      redis
        .pipeline()
        .callBuffer(evalCommand, script, keys.length, ...keys, ...args)
        .callBuffer(command, ...commandArgs)
        .exec()
    let replies = await send('EVALSHA', hash)
    // Both again, because the command must not come before the script.
    if (isUnknownScript(replies?.[0]?.[0])) replies = await send('EVAL', source)
    const [scripted, plain] = (replies ?? []).map(([error, reply]) => {
      if (error) throw error
      return reply
    })
    return [scripted, plain]
  }
}

function hashSource(source: string): string {
  return createHash('sha1').update(source).digest('hex')
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT')
}
