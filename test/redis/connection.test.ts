import { setTimeout } from 'node:timers/promises'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Connection, createConnection } from '../../lib/redis/connection/connection.ts'
import { flushEventLoop } from '../support/flushEventLoop.ts'
import { startRedis } from '../support/redisServer.ts'
import { redisForFile, siteOn } from '../support/redisStores.ts'
import { startProxy, type TcpProxy } from '../support/tcpProxy.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }
const TIMEOUT = 150

let proxy: TcpProxy
let connection: Connection
beforeEach(async () => {
  proxy = await startProxy(redis.server.port)
  connection = createConnection(
    { host: '127.0.0.1', port: proxy.port },
    { timeout: TIMEOUT, failures: 3, probeAfter: 400 },
  )
})
afterEach(async () => {
  proxy.release()
  await connection.close()
  await proxy.close()
})

const ping = () => connection.runGuarded((client) => client.ping())
const unreachable = { code: 'CC_REDIS_UNREACHABLE' }
/** Starts so many tasks in one turn of the event loop. A task that waits for the server cannot settle in that turn. */
async function tryMany(count: number) {
  let attemptCount = 0
  const nextTurn = new Promise((resolve) => setImmediate(resolve, 'next turn'))
  const attempts = Array.from({ length: count }, () =>
    connection.runGuarded((client) => {
      attemptCount++
      return client.ping()
    }),
  )
  const failed = attempts.map((attempt) => attempt.catch((error) => error))
  /** All but those that were tried. */
  const all = Promise.all(failed.slice(1))
  const settled = await Promise.race([all.then(() => 'this turn'), nextTurn])
  return {
    attemptCount: () => attemptCount,
    settled,
    refused: await all,
    first: failed[0] as Promise<unknown>,
  }
}
async function breakIt() {
  await ping()
  proxy.hold()
  for (let i = 0; i < 3; i++) await expect(ping()).rejects.toMatchObject(unreachable)
}

describe('a connection', () => {
  it('a connection is not opened by an unused store', async () => {
    const site = siteOn(() => proxy.port)
    for (const consistency of ['strict', 'eventual'] as const) site.open({ consistency, waitReplicas: 1 })
    await flushEventLoop()
    // Time for a connection that must not be opened.
    await setTimeout(50)
    expect(proxy.connections).toBe(0)
    await site.close()
    expect(proxy.connections).toBe(0)
  })

  it('a connection is opened once, by the first of many calls', async () => {
    await Promise.all(Array.from({ length: 20 }, ping))
    expect(proxy.connections).toBe(1)
  })

  it('a connection fails at once while the server is known to be down', async () => {
    await breakIt()
    const { attemptCount, settled, refused } = await tryMany(200)
    expect(attemptCount()).toBe(0)
    expect(settled).toBe('this turn')
    for (const error of refused) expect(error).toMatchObject(unreachable)
  })

  it('a connection lets one call try the server, and no other waits for it', async () => {
    await breakIt()
    // Longer than the breaker waits, which goes by the real clock.
    await setTimeout(410)
    const { attemptCount, settled, refused, first } = await tryMany(50)
    expect(attemptCount()).toBe(1)
    expect(settled).toBe('this turn')
    for (const error of refused) expect(error).toMatchObject(unreachable)
    expect(await first).toMatchObject(unreachable)
    proxy.release()
    await vi.waitFor(ping, WAIT)
    expect((await tryMany(20)).attemptCount()).toBe(20)
  })

  it('a connection queues no call that could not be sent', async () => {
    await ping()
    proxy.refuse(true)
    proxy.cut()
    const before = await callsOf('echo')
    for (let i = 0; i < 5; i++) {
      await expect(connection.runAlways((client) => client.echo('late'))).rejects.toMatchObject(unreachable)
    }
    proxy.refuse(false)
    await vi.waitFor(ping, WAIT)
    expect(await callsOf('echo')).toBe(before)
  })

  it('a connection names a command that the server refuses', async () => {
    const wrong = connection.runGuarded((client) => client.call('NO_SUCH_COMMAND'))
    await expect(wrong).rejects.toMatchObject({ code: 'CC_REDIS_REFUSED' })
    await expect(wrong).rejects.toThrow('NO_SUCH_COMMAND')
    for (let i = 0; i < 5; i++)
      await connection.runGuarded((client) => client.call('NO_SUCH_COMMAND')).catch(() => {})
    // That it answers shows that it is up.
    await ping()
  })
})

async function callsOf(command: string): Promise<number> {
  const stats = await redis.client.info('commandstats')
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0)
}

it('a server is not used while it is a replica, and is again as primary', async () => {
  const server = await startRedis()
  const other = createConnection(
    { host: '127.0.0.1', port: server.port },
    { timeout: 5_000, failures: 1_000, probeAfter: 10, checkEvery: 20 },
  )
  const answers = () => other.runGuarded((client) => client.ping())
  try {
    expect(await answers()).toBe('PONG')
    await server.client.replicaof('127.0.0.1', redis.server.port)
    await vi.waitFor(
      () => expect(answers()).rejects.toMatchObject({ message: expect.stringContaining('replica') }),
      WAIT,
    )
    await server.client.replicaof('NO', 'ONE')
    await vi.waitFor(async () => expect(await answers()).toBe('PONG'), WAIT)
  } finally {
    await other.close()
    await server.stop()
  }
})

it('a database that there is not is an error, never another database', async () => {
  const other = createConnection(
    { host: '127.0.0.1', port: redis.server.port, db: 99 },
    { timeout: 5_000, failures: 3, probeAfter: 50 },
  )
  try {
    const refused = { code: 'CC_REDIS_REFUSED', message: expect.stringContaining('out of range') }
    await expect(other.runGuarded((client) => client.ping())).rejects.toMatchObject(refused)
    await expect(other.runAlways((client) => client.ping())).rejects.toMatchObject(refused)
  } finally {
    await other.close()
  }
})

it('an error carries nothing of what was sent', async () => {
  const error = await connection
    .runGuarded((client) => client.call('SET', 'a', 'a page of text', 'BAD'))
    .catch((error) => error)
  expect(error).toMatchObject({ code: 'CC_REDIS_REFUSED' })
  expect(inspect(error, { depth: 9 })).not.toContain('a page of text')
})
