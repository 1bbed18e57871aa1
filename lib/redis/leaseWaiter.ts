import type { Redis } from 'ioredis'
import { createContentCacheError } from '../core/errors.ts'
import { runDetached } from '../core/runDetached.ts'
import type { Connection } from './connection/connection.ts'
import type { RedisKeys } from './redisKeys.ts'

/** Waits for fills of other processes. */
export interface LeaseWaiter {
  wait(key: string, milliseconds: number): Promise<void>
  close(): void
}

/** One subscription for all waiters of the process, opened by the first. */
export function createLeaseWaiter(connection: Connection, keys: RedisKeys): LeaseWaiter {
  const waiting = new Map<string, Set<() => void>>()
  let subscriber: Redis | undefined
  let subscribed: Promise<unknown> | undefined
  let closed = false

  async function subscribe(): Promise<unknown> {
    if (closed) throw createContentCacheError('CC_REDIS_UNREACHABLE', ['the store is closed'])
    if (subscriber === undefined) {
      subscriber = connection.duplicate({
        enableOfflineQueue: true,
        commandTimeout: 1000,
        autoResubscribe: false,
      })
      subscriber.on('message', (_channel, key) => wake(key))
      // What was told while the line was cut is lost: let everybody look for themselves.
      subscriber.on('close', () => {
        subscribed = undefined
        for (const key of [...waiting.keys()]) wake(key)
      })
    }
    const client = subscriber
    subscribed ??= runDetached(() =>
      client.subscribe(keys.leaseReleased).catch((error) => {
        subscribed = undefined
        throw error
      }),
    )
    return subscribed
  }

  function wake(key: string) {
    const woken = waiting.get(key)
    waiting.delete(key)
    for (const resume of woken ?? []) resume()
  }

  /** Milliseconds until the lease runs out, of which nobody tells; or it has ended before we listened. */
  async function getTimeLeft(key: string): Promise<number | 'free'> {
    await subscribe()
    const left = await connection.runGuarded((redis) => redis.pttl(keys.lease(key)))
    return left === -2 ? 'free' : left < 0 ? Infinity : left
  }

  return {
    wait(key, milliseconds) {
      return new Promise((resolve, reject) => {
        const waiters = waiting.get(key) ?? new Set()
        waiting.set(key, waiters.add(done))
        const timer = setTimeout(done, milliseconds)
        let pollTimer: ReturnType<typeof setTimeout> | undefined
        poll()

        function poll() {
          getTimeLeft(key).then((left) => {
            if (left === 'free') done()
            else if (waiters.has(done) && left < milliseconds) pollTimer = setTimeout(poll, left + 1)
          }, fail)
        }

        function done() {
          stop()
          resolve()
        }
        function fail(error: unknown) {
          stop()
          reject(error)
        }
        function stop() {
          clearTimeout(timer)
          clearTimeout(pollTimer)
          waiters.delete(done)
          if (waiters.size === 0 && waiting.get(key) === waiters) waiting.delete(key)
        }
      })
    },
    close() {
      closed = true
      subscriber?.disconnect()
      for (const key of [...waiting.keys()]) wake(key)
    },
  }
}
