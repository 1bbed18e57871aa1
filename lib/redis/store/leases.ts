import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { whenReady } from '../../core/awaitable.ts'
import { createCallBatcher } from '../../core/callBatcher.ts'
import type { FragmentStore, HeldLease } from '../../core/fragmentStore.ts'
import { createKeyedWaiters } from '../../core/keyedWaiters.ts'
import { runDetached } from '../../core/runDetached.ts'
import type { Connection } from '../connection/connection.ts'
import { convertErrors } from '../connection/toContentCacheError.ts'
import type { RedisKeys } from '../redisKeys.ts'
import type { ScriptContext } from '../scripts/defineScript.ts'
import { type LeaseToAcquire, runAcquireLeases } from '../scripts/runAcquireLeases.ts'
import { type AwaitedLease, runAwaitLease } from '../scripts/runAwaitLease.ts'
import { runReleaseLeases } from '../scripts/runReleaseLeases.ts'
import type { ClockTracker } from './clockTracker.ts'
import { createReleaseSubscription } from './releaseSubscription.ts'

export interface LeasesParts {
  readonly connection: Connection
  readonly keys: RedisKeys
  readonly clockTracker: ClockTracker
  /** Milliseconds after which a command counts as failed. */
  readonly timeout: number
  context(redis: Redis): ScriptContext
}

export interface Leases extends Pick<FragmentStore, 'lease' | 'release' | 'waitForRelease'> {
  createLeaseId(): string
  /** Releases leases that may have been granted without an answer. Does not throw. */
  abandonLeases(leases: readonly HeldLease[]): void
  /** Wakes all waiting fills. */
  close(): Promise<void>
}

/** Limits the time for which one script keeps Redis busy. */
const MAX_BATCH_SIZE = 250

/** A lease is the right to fill a fragment. One process at a time has it, of all that share the namespace. */
export function createLeases({ connection, keys, clockTracker, timeout, context }: LeasesParts): Leases {
  const waiters = createKeyedWaiters()
  let processId: string | undefined
  let leaseCount = 0
  const acquire = createCallBatcher<LeaseToAcquire, boolean>({
    async run(batch) {
      let isSent = false
      try {
        const replies = await connection.runThroughBreaker((redis) => {
          isSent = true
          return runAcquireLeases(context(redis), batch)
        })
        return convertErrors(replies)
      } catch (error) {
        // A server that answers too late has granted them all the same.
        if (isSent) abandonLeases(batch.map(({ key, id }) => ({ key, lease: id })))
        throw error
      }
    },
    maxSize: MAX_BATCH_SIZE,
  })
  const releases = createReleaseSubscription(connection, keys, {
    timeout,
    hasWaiters: () => !waiters.isEmpty,
    onRelease: waiters.wake,
    onGap: waiters.wakeAll,
  })

  async function fetchAwaitedLease(key: string): Promise<AwaitedLease | undefined> {
    // Subscribes first. Otherwise a release in between would go unnoticed.
    await releases.subscribe()
    return connection.runThroughBreaker((redis) => runAwaitLease(context(redis), key))
  }

  function createLeaseId(): string {
    // Outside the request, because a prerender fails when code reads a random number.
    processId ??= runDetached(randomUUID)
    return `${processId}:${++leaseCount}`
  }

  function abandonLeases(leases: readonly HeldLease[]): void {
    if (leases.length === 0) return
    connection.runPastBreaker((redis) => runReleaseLeases(context(redis), leases)).catch(() => {})
  }

  return {
    createLeaseId,
    abandonLeases,
    lease(key, { requiredToken, wasMiss }, milliseconds) {
      const redisToken = clockTracker.unwrapToken(requiredToken)
      if (redisToken === undefined) return undefined
      const id = createLeaseId()
      const acquiring = acquire({ key, requiredToken: redisToken, wasMiss, id, milliseconds })
      return whenReady(acquiring, (isGranted) => (isGranted ? id : undefined))
    },

    async release(leases) {
      await connection.runThroughBreaker((redis) => runReleaseLeases(context(redis), leases))
    },

    waitForRelease(key, milliseconds) {
      return new Promise((resolve, reject) => {
        let isWaiting = true
        let holder: string | undefined
        let remove = waiters.add(key, onRelease)
        const timer = setTimeout(done, milliseconds)
        let pollTimer: ReturnType<typeof setTimeout> | undefined
        examine(false)

        function onRelease() {
          remove = waiters.add(key, onRelease)
          examine(true)
        }

        /** @param wasReleased whether some holder has ended its fill, maybe one whose lease another process had taken over */
        function examine(wasReleased: boolean) {
          clearTimeout(pollTimer)
          fetchAwaitedLease(key).then((lease) => {
            if (!isWaiting) return
            const hasEnded = wasReleased && holder !== undefined && lease?.id !== holder
            if (lease === undefined || hasEnded) {
              done()
              return
            }
            holder = lease.id
            if (lease.left < milliseconds) pollTimer = setTimeout(() => examine(false), lease.left + 1)
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
          isWaiting = false
          clearTimeout(timer)
          clearTimeout(pollTimer)
          remove()
        }
      })
    },

    async close() {
      releases.close()
      waiters.wakeAll()
    },
  }
}
