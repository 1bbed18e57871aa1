import type { ExpiryListener, Token } from '../../core/fragmentStore.ts'
import type { Connection } from '../connection/connection.ts'
import type { LocalCache } from '../localCache/localCache.ts'
import type { RedisKeys } from '../redisKeys.ts'
import type { ClockTracker } from '../store/clockTracker.ts'
import { createLogFollower } from './logFollower.ts'
import type { LogPositionRecord } from './logPosition.ts'

/** Brings the expiries of every process to the clock tracker, the local copies and the listeners of this process. */
export interface ExpiryFeed {
  start(): void
  reconnect(): void
  stop(): void
  /** As `FragmentStore.subscribe`. */
  subscribe(listener: ExpiryListener): () => void
  /** As `FragmentStore.getFollowedToken`. */
  getFollowedToken(): Token | undefined
}

export interface ExpiryFeedParts {
  readonly connection: Connection
  readonly keys: RedisKeys
  readonly logPosition: LogPositionRecord
  readonly clockTracker: ClockTracker
  readonly local: LocalCache | undefined
}

export function createExpiryFeed(parts: ExpiryFeedParts): ExpiryFeed {
  const { connection, keys, logPosition, clockTracker, local } = parts
  const listeners = new Set<ExpiryListener>()
  const observe = (epoch: string, clock: number) => clockTracker.observe(epoch, clock, performance.now())

  function notify(callback: (listener: ExpiryListener) => void) {
    for (const listener of listeners) {
      try {
        callback(listener)
      } catch {
        // The other listeners must be notified even if one throws.
      }
    }
  }

  const follower = createLogFollower(connection, keys, {
    logPosition,
    onExpiry(objects, clock, mode) {
      local?.invalidate(objects, clock, mode)
      observe(logPosition.epoch, clock)
      notify((listener) => listener.onExpiry(objects, mode))
    },
    onClock: observe,
    onHistoryLost() {
      clockTracker.reset(performance.now())
    },
    onGap() {
      local?.clear()
      notify((listener) => listener.onGap())
    },
    onSilence(error) {
      notify((listener) => listener.onGap(error))
    },
  })

  return {
    start: follower.start,
    reconnect: follower.reconnect,
    stop: follower.stop,

    subscribe(listener) {
      listeners.add(listener)
      try {
        // The listener's pages may be as old as the build, and have missed all expiries since.
        listener.onGap()
      } catch {
        // A listener that throws must not stop its own subscription.
      }
      follower.start()
      return () => void listeners.delete(listener)
    },

    getFollowedToken() {
      const { epoch, clock } = logPosition
      // Before the first epoch no fragment was ever stored.
      return clock < 0 || epoch === '' ? undefined : clockTracker.wrapToken(epoch, clock)
    },
  }
}
