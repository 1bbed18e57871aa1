import { Redis, type RedisOptions } from 'ioredis'
import { createContentCacheError, isContentCacheError } from '../core/errors.ts'
import { runDetached } from '../core/runDetached.ts'
import { applyCommandTimeout } from './applyCommandTimeout.ts'
import { createBreaker } from './breaker.ts'
import { checkServer } from './checkServer.ts'
import { isReplyError, toContentCacheError } from './toContentCacheError.ts'

/** Without what changes the shape of replies. */
type Settings = Omit<RedisOptions, 'replyMapping'>

/** Runs commands on one connection that stays the same from the first command to the last. */
export type PinnedRunner = <T>(task: (redis: Redis) => Promise<T>) => Promise<T>

/** A Redis server: its URL, options of ioredis (Sentinel too), or a client of ioredis whose settings are used. */
export type RedisTarget = string | Omit<RedisOptions, 'replyMapping'> | Redis

export interface Connection {
  /** For pages: fails at once while Redis is known to be down, and is never waited for longer than `timeout`. */
  runGuarded<T>(task: (redis: Redis) => Promise<T>): Promise<T>
  /** For expiries: tries even while it is thought to be down. */
  runAlways: PinnedRunner
  /**
   * For expiries of several steps, all of which one server must have seen: rejects when the line has changed
   * since the first, because behind the new one may be a server that lacks it.
   */
  pinConnection(): PinnedRunner
  /** Another connection with the same settings, for commands that occupy one. */
  duplicate(options?: Settings): Redis
  /** Calls back whenever the line was cut. */
  onDisconnect(listener: () => void): void
  close(): Promise<void>
}

export interface ConnectionOptions {
  /** Milliseconds after which a command counts as failed. */
  readonly timeout: number
  /** Failures in a row after which Redis counts as down. */
  readonly failures: number
  /** Milliseconds until one command tries whether it is up again. */
  readonly probeAfter: number
  /** Milliseconds after which a server is looked at again: somebody may have changed its settings. */
  readonly checkEvery?: number
}

/** Connects on first use, so that a build needs no Redis, and goes on trying for as long as the process lives. */
export function createConnection(target: RedisTarget, options: ConnectionOptions): Connection {
  const { failures, probeAfter, checkEvery = 60_000 } = options
  const settings: Settings = {
    lazyConnect: true,
    // A command that cannot be sent now is of no use later: the page has long been rendered.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: Math.max(options.timeout, 1000),
    // A peer that vanished without a word leaves a line that looks open; the system takes minutes to find out.
    socketTimeout: 4 * Math.max(options.timeout, 500),
    retryStrategy: (attempt) => Math.min(25 * 2 ** Math.min(attempt, 6), 1000),
    // A fail-over has made our server a replica: connect again, to the new primary.
    // Older servers tell it in the midst of what the script says.
    reconnectOnError: (error) => error.message.includes('READONLY'),
    // Keys have prefixes of their own, and scripts name some that ioredis would not see.
    keyPrefix: '',
  }
  const redis = applyCommandTimeout(createClient(target, settings), options.timeout)
  /** Why there is no line. The message alone: the error holds what was sent, and that may be a password. */
  let reason = ''
  // Failures reach us through the commands; without a listener ioredis would print them.
  redis.on('error', (error) => {
    reason = `: ${error.message.replace(/\.$/, '')}`
  })
  redis.on('ready', () => {
    reason = ''
  })
  let checked: Promise<void> | undefined
  let checkedAt = 0
  let ready: Promise<void> | undefined
  /** Counts the lines that there have been. */
  let generation = 0
  redis.on('close', () => {
    checked = undefined
    generation++
  })
  // A server that refuses a command is up; it may be full, and still hold what pages need.
  const breaker = createBreaker({ failures, probeAfter, isFailure: (error) => !isReplyError(error) })

  async function getReadyClient(): Promise<Redis> {
    // The line outlives the request that was the first to need it.
    if (redis.status === 'wait') runDetached(() => redis.connect()).catch(() => {})
    if (redis.status !== 'ready') await waitUntilReady()
    checked ??= runDetached(check)
    await checked
    if (performance.now() - checkedAt > checkEvery) recheckInBackground()
    return redis
  }

  /** Nobody waits for it: what it finds counts for the next. */
  function recheckInBackground() {
    checkedAt = performance.now()
    runDetached(() => checkServer(redis)).catch((error) => {
      if (!isContentCacheError(error)) return
      checked = undefined
      // A fail-over may have made it a replica: look for the primary.
      redis.disconnect(true)
    })
  }

  /** ioredis has asked for it too, but goes on with database 0 where that is refused. */
  async function selectDatabase(): Promise<void> {
    if (redis.options.db) await redis.select(redis.options.db)
  }

  function check(): Promise<void> {
    checkedAt = performance.now()
    const checking = selectDatabase().then(() => checkServer(redis))
    // It may have been slow to answer, or somebody may set right what was wrong: look again next time.
    checking.catch(() => {
      if (checked === checking) checked = undefined
    })
    return checking
  }

  /** One wait for all who wait. */
  function waitUntilReady(): Promise<void> {
    ready ??= waitForReadyEvent().finally(() => {
      ready = undefined
    })
    return ready
  }

  async function waitForReadyEvent(): Promise<void> {
    if (redis.status !== 'connecting' && redis.status !== 'connect') {
      throw createContentCacheError('CC_REDIS_UNREACHABLE', [`the connection is ${redis.status}${reason}`])
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => done(new Error('connecting took too long')), options.timeout)
      const onReady = () => done()
      const onEnd = () => done(new Error(`the connection was refused or lost${reason}`))
      function done(error?: Error) {
        clearTimeout(timer)
        redis.off('ready', onReady)
        redis.off('close', onEnd)
        if (error) reject(createContentCacheError('CC_REDIS_UNREACHABLE', [error.message]))
        else resolve()
      }
      redis.once('ready', onReady)
      redis.once('close', onEnd)
    })
  }

  function pinConnection(): PinnedRunner {
    let pinnedGeneration: number | undefined
    return async (task) => {
      try {
        const connection = await getReadyClient()
        pinnedGeneration ??= generation
        if (generation !== pinnedGeneration) throw new Error('the line was cut before all was done')
        return await task(connection)
      } catch (error) {
        throw toContentCacheError(error)
      }
    }
  }

  return {
    async runGuarded(task) {
      try {
        return await breaker.run(async () => task(await getReadyClient()))
      } catch (error) {
        throw toContentCacheError(error)
      }
    },
    runAlways: (task) => pinConnection()(task),
    pinConnection,
    duplicate: (more = {}) => {
      const other = unrefSocket(redis.duplicate({ ...settings, commandTimeout: options.timeout, ...more }))
      other.on('error', () => {})
      return other
    },
    onDisconnect: (listener) => void redis.on('close', listener),
    async close() {
      redis.disconnect()
    },
  }
}

function createClient(target: RedisTarget, given: Settings): Redis {
  // Its timer is not ours, whatever the client says that was passed.
  const settings = { ...given, commandTimeout: undefined }
  if (typeof target === 'string') return unrefSocket(new Redis(target, settings))
  // Not `instanceof`: the site may have another copy of ioredis than we.
  if ('duplicate' in target) return unrefSocket(target.duplicate(settings))
  return unrefSocket(new Redis({ ...target, ...settings }))
}

/** A script is to end when its work is done: an idle line does not keep it. A command's timeout does. */
function unrefSocket(redis: Redis): Redis {
  redis.on('connect', () => void redis.stream?.unref())
  // Nor does the wait for another try, which ioredis keeps to itself.
  const waiting = redis as unknown as { reconnectTimeout?: NodeJS.Timeout | null }
  return redis.on('reconnecting', () => void waiting.reconnectTimeout?.unref())
}
