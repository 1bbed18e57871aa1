import type { Redis } from 'ioredis'
import { createContentCacheError, isContentCacheError } from '../../core/errors.ts'
import { runDetached } from '../../core/runDetached.ts'
import { checkServer } from './checkServer.ts'
import { getErrorText, isReplyError } from './toContentCacheError.ts'

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

/** Why there is no connection. Not the error itself, which contains the sent command, maybe with a password. */
interface ConnectionFailure {
  readonly text: string
  /** Whether the server has answered with an error. */
  readonly isRefusal: boolean
}

export function createReadyClient(redis: Redis, { timeout, checkEvery }: ReadyClientOptions): ReadyClient {
  let lastFailure: ConnectionFailure | undefined
  let generation = 0
  let serverCheck: Promise<void> | undefined
  let checkedAt = 0
  let readiness: Promise<void> | undefined
  // Without a listener ioredis would print errors. They also reach the caller of each command.
  redis.on('error', (error) => {
    lastFailure = { text: getErrorText(error), isRefusal: isReplyError(error) }
  })
  redis.on('ready', () => {
    lastFailure = undefined
  })
  redis.on('close', () => {
    serverCheck = undefined
    generation++
  })

  /** All callers share one wait. */
  function waitUntilReady(): Promise<void> {
    readiness ??= waitForReadyEvent(redis, timeout, () => lastFailure).finally(() => {
      readiness = undefined
    })
    return readiness
  }

  function check(): Promise<void> {
    checkedAt = performance.now()
    const checking = selectDatabase(redis).then(() => checkServer(redis))
    // The next command checks again, because the server may have been slow, or its settings may have been corrected.
    checking.catch(() => {
      if (serverCheck === checking) serverCheck = undefined
    })
    return checking
  }

  /** Does not delay the command that triggers it. */
  function recheckInBackground() {
    checkedAt = performance.now()
    runDetached(() => checkServer(redis)).catch((error) => {
      if (!isContentCacheError(error)) return
      serverCheck = undefined
      // After a fail-over the server may be a replica. Another connection may lead to the primary.
      redis.disconnect(true)
    })
  }

  return {
    async get() {
      // The connection outlives the request that was the first to need it.
      if (redis.status === 'wait') runDetached(() => redis.connect()).catch(() => {})
      if (redis.status !== 'ready') await waitUntilReady()
      serverCheck ??= runDetached(check)
      await serverCheck
      if (performance.now() - checkedAt > checkEvery) recheckInBackground()
      return redis
    },
    get generation() {
      return generation
    },
  }
}

/** ioredis also selects the database, but continues with database 0 when the server refuses. */
async function selectDatabase(redis: Redis): Promise<void> {
  if (redis.options.db) await redis.select(redis.options.db)
}

/** Rejects at once while the client waits before its next attempt. */
async function waitForReadyEvent(
  redis: Redis,
  timeout: number,
  getLastFailure: () => ConnectionFailure | undefined,
): Promise<void> {
  if (redis.status !== 'connecting' && redis.status !== 'connect')
    throw createConnectionError(`the connection is ${redis.status}`, getLastFailure())
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => done(createContentCacheError('CC_REDIS_UNREACHABLE', ['connecting took too long'])),
      timeout,
    )
    const onReady = () => done()
    const onClose = () => done(createConnectionError('the connection was refused or lost', getLastFailure()))
    function done(failure?: Error) {
      clearTimeout(timer)
      redis.off('ready', onReady)
      redis.off('close', onClose)
      if (failure) reject(failure)
      else resolve()
    }
    redis.once('ready', onReady)
    redis.once('close', onClose)
  })
}

/** A server that answers with an error, for instance to a wrong password, can be reached. */
function createConnectionError(state: string, lastFailure: ConnectionFailure | undefined): Error {
  if (lastFailure?.isRefusal) return createContentCacheError('CC_REDIS_REFUSED', [lastFailure.text])
  return createContentCacheError('CC_REDIS_UNREACHABLE', [
    lastFailure ? `${state}: ${lastFailure.text}` : state,
  ])
}
