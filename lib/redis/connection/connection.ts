import type { Redis } from 'ioredis'
import { createBreaker } from './breaker.ts'
import { createReadyClient } from './readyClient.ts'
import { type ClientSettings, createRedisClient, type RedisTarget } from './redisClient.ts'
import { isReplyError, toContentCacheError } from './toContentCacheError.ts'

/** Runs commands. Rejects when the connection has changed since the first of them. */
export type PinnedRunner = <T>(task: (redis: Redis) => Promise<T>) => Promise<T>

export interface Connection {
  /**
   * For pages: runs the task through the circuit breaker, so that it fails at once while Redis is known to be down. Waits
   * for a connection no longer than `timeout`.
   */
  runThroughBreaker<T>(task: (redis: Redis) => Promise<T>): Promise<T>
  /** For workers and other work that no page waits for: bypasses the circuit breaker. */
  runPastBreaker: PinnedRunner
  /**
   * For expiries, whose steps must all reach the same server. Bypasses the circuit breaker, as `runPastBreaker`. Rejects
   * when the connection has changed since the first step, because the new one may lead to a server that lacks that step.
   */
  pinConnection(): PinnedRunner
  /** Another client with the same settings, for commands that occupy a connection. */
  duplicate(settings?: ClientSettings): Redis
  /** Calls the listener whenever the connection was closed. */
  onDisconnect(listener: () => void): void
  close(): Promise<void>
}

export interface ConnectionOptions {
  /** Milliseconds after which a command counts as failed. */
  readonly timeout: number
  /** Failures in a row after which Redis counts as down. */
  readonly failures: number
  /** Milliseconds until one command tests whether Redis is up again. */
  readonly probeAfter: number
  /** Milliseconds after which a server is checked again, because its settings may have changed. Default one minute. */
  readonly checkEvery?: number
}

/** Connects on first use, so that a build needs no Redis, and reconnects for as long as the process lives. */
export function createConnection(target: RedisTarget, options: ConnectionOptions): Connection {
  const { timeout, failures, probeAfter, checkEvery = 60_000 } = options
  const { redis, duplicate } = createRedisClient(target, timeout)
  const client = createReadyClient(redis, { timeout, checkEvery })
  // A server that refuses a command is up. When it is full, it can still serve pages.
  const breaker = createBreaker({ failures, probeAfter, isFailure: (error) => !isReplyError(error) })

  function pinConnection(): PinnedRunner {
    let generation: number | undefined
    return async (task) => {
      try {
        const ready = await client.get()
        generation ??= client.generation
        if (client.generation !== generation) throw new Error('the connection was lost before the last step')
        return await task(ready)
      } catch (error) {
        throw toContentCacheError(error)
      }
    }
  }

  return {
    async runThroughBreaker(task) {
      try {
        return await breaker.run(async () => task(await client.get()))
      } catch (error) {
        throw toContentCacheError(error)
      }
    },
    runPastBreaker: (task) => pinConnection()(task),
    pinConnection,
    duplicate,
    onDisconnect: (listener) => void redis.on('close', listener),
    async close() {
      redis.disconnect()
    },
  }
}
