import type { Redis } from 'ioredis'
import { detached } from '../core/detached.ts'
import type { Connection } from './connection.ts'
import type { RedisKeys } from './keys.ts'
import { pause } from './pause.ts'

const INVALIDATE = '__redis__:invalidate'

export interface Deletions {
  /** Whether all that Redis told a moment ago, within the bound, has been heard. */
  isLive(now: number): boolean
  start(): void
  /** On a new line, maybe to another server. */
  reconnect(): void
  /** For good. */
  stop(): void
}

export interface DeletionsOptions {
  /** Milliseconds without a word from Redis after which local copies are not trusted. */
  readonly bound: number
  onChanged(keys: readonly string[]): void
  /** Something may have been missed: nothing that was copied before can be trusted. */
  onGap(): void
}

/**
 * Hears of every change to an entry that does not go through our log: programs with the 2012 code delete by a
 * plain DEL, and entries die of age. Uses Redis' client tracking in broadcasting mode (RESP2, redirected to
 * the connection that subscribes).
 */
export function createDeletions(
  connection: Connection,
  keys: RedisKeys,
  { bound, onChanged, onGap }: DeletionsOptions,
): Deletions {
  let redis: Redis | undefined
  let heard = -Infinity
  /** What was asked until then counts for nothing. */
  let distrusted = -Infinity
  let stopped = false
  let connections = 0

  async function listen(link: Redis) {
    const current = ++connections
    try {
      const id = String(await link.client('ID'))
      const { fragmentPrefix } = keys
      await link.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', 'PREFIX', fragmentPrefix)
      await link.subscribe(INVALIDATE)
      // What was deleted while nobody listened is unknown.
      onGap()
      while (current === connections && link.status === 'ready') {
        // Silence may be a dead line as well. What was told before the answer has come before it.
        const asked = performance.now()
        await link.ping()
        heard = asked
        await pause(bound / 4)
      }
    } catch {
      // A server that forbids this would be asked again without end.
      await pause(bound)
      // Whatever it was, a new connection begins anew; ioredis makes one if this one is not gone already.
      if (current === connections && link.status === 'ready') link.disconnect(true)
    }
  }

  return {
    isLive: (now) => heard > distrusted && now - heard < bound,
    start() {
      if (redis || stopped) return
      const link = connection.another({
        enableOfflineQueue: true,
        commandTimeout: bound + 1000,
        autoResubscribe: false,
        // ioredis passes these messages on in the old protocol only.
        protocol: 2,
      })
      redis = link
      link.on('ready', () => void listen(link))
      link.on('messageBuffer', (_channel: Buffer, message: unknown) => {
        // Nothing to name means everything, as after FLUSHALL.
        if (!Array.isArray(message)) return onGap()
        onChanged(message.flatMap((name) => keys.fragmentIn(String(name)) ?? []))
      })
      detached(() => link.connect()).catch(() => {})
    },
    reconnect() {
      if (stopped) return
      distrusted = performance.now()
      detached(() => redis?.disconnect(true))
    },
    stop() {
      stopped = true
      redis?.disconnect()
    },
  }
}
