import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { RedisKeys } from '../redisKeys.ts'

/** The connection and the keys of a script. */
export interface ScriptContext {
  readonly redis: Redis
  readonly keys: RedisKeys
}

/** The context of scripts that read or advance the clock of expiries. */
export interface ClockScriptContext extends ScriptContext {
  /** Milliseconds for which expiries are remembered. */
  readonly retentionMs: number
}

export type Argument = string | number | Buffer

type Script = (redis: Redis, keys: readonly string[], args: readonly Argument[]) => Promise<unknown>

/**
 * Defines a Lua script. It is sent by its hash, and in full only when the server does not know it, for instance after a
 * restart or SCRIPT FLUSH.
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
 * Defines a Lua script and, in the same round trip, a command that runs after it. Redis copies the reply of a script
 * twice more than the reply of a command. For large replies that takes noticeable time.
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
    // Sends both again, because the command must not run before the script.
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
