import type { Redis } from 'ioredis'
import { createContentCacheError, isContentCacheError } from '../../core/errors.ts'
import { runDetached } from '../../core/runDetached.ts'
import { checkServer } from './checkServer.ts'

export interface ReadyClient {
  /** Waits until the client is connected to a server that was checked. */
  get(): Promise<Redis>
  /** Counts the connections that were closed. */
  readonly generation: number
}

export interface ReadyClientOptions {
  /** Milliseconds to wait for a connection. */
  readonly timeout: number
  /** Milliseconds after which a server is checked again, because its settings may have changed. */
  readonly checkEvery: number
}

export function createReadyClient(redis: Redis, { timeout, checkEvery }: ReadyClientOptions): ReadyClient {
  /** Why there is no connection. Only the message: the error holds what was sent, which may be a password. */
  let reason = ''
  let generation = 0
  let checked: Promise<void> | undefined
  let checkedAt = 0
  let ready: Promise<void> | undefined
  // Without a listener ioredis would print errors. They also reach the caller of each command.
  redis.on('error', (error) => {
    reason = `: ${error.message.replace(/\.$/, '')}`
  })
  redis.on('ready', () => {
    reason = ''
  })
  redis.on('close', () => {
    checked = undefined
    generation++
  })

  /** One wait for all callers. */
  function waitUntilReady(): Promise<void> {
    ready ??= waitForReadyEvent(redis, timeout, () => reason).finally(() => {
      ready = undefined
    })
    return ready
  }

  function check(): Promise<void> {
    checkedAt = performance.now()
    const checking = selectDatabase(redis).then(() => checkServer(redis))
    // The server may have been slow, or its settings may be corrected: check again with the next command.
    checking.catch(() => {
      if (checked === checking) checked = undefined
    })
    return checking
  }

  /** Does not delay the command that triggers it. */
  function recheckInBackground() {
    checkedAt = performance.now()
    runDetached(() => checkServer(redis)).catch((error) => {
      if (!isContentCacheError(error)) return
      checked = undefined
      // After a fail-over the server may be a replica: look for the primary.
      redis.disconnect(true)
    })
  }

  return {
    async get() {
      // The connection outlives the request that was the first to need it.
      if (redis.status === 'wait') runDetached(() => redis.connect()).catch(() => {})
      if (redis.status !== 'ready') await waitUntilReady()
      checked ??= runDetached(check)
      await checked
      if (performance.now() - checkedAt > checkEvery) recheckInBackground()
      return redis
    },
    get generation() {
      return generation
    },
  }
}

/** ioredis selects it too, but goes on with database 0 when the server refuses. */
async function selectDatabase(redis: Redis): Promise<void> {
  if (redis.options.db) await redis.select(redis.options.db)
}

/** Rejects at once while the client waits before its next attempt. */
async function waitForReadyEvent(redis: Redis, timeout: number, getReason: () => string): Promise<void> {
  if (redis.status !== 'connecting' && redis.status !== 'connect') {
    const failure = `the connection is ${redis.status}${getReason()}`
    throw createContentCacheError('CC_REDIS_UNREACHABLE', [failure])
  }
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done('connecting took too long'), timeout)
    const onReady = () => done()
    const onClose = () => done(`the connection was refused or lost${getReason()}`)
    function done(failure?: string) {
      clearTimeout(timer)
      redis.off('ready', onReady)
      redis.off('close', onClose)
      if (failure) reject(createContentCacheError('CC_REDIS_UNREACHABLE', [failure]))
      else resolve()
    }
    redis.once('ready', onReady)
    redis.once('close', onClose)
  })
}
