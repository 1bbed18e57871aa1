import { setTimeout } from 'node:timers/promises'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Connection, createConnection } from '../../lib/redis/connection/connection.ts'
import { flushEventLoop } from '../support/flushEventLoop.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { redisForFile, siteOn } from '../support/redisStores.ts'
import { startProxy, type TcpProxy } from '../support/tcpProxy.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }
/** So long that a command fails only when a test moves the clock. */
const TIMEOUT = 60_000
const PROBE_AFTER = 400

let proxy: TcpProxy
let connection: Connection
beforeEach(async () => {
  proxy = await startProxy(redis.server.port)
  connection = createConnection(
    { host: '127.0.0.1', port: proxy.port },
    { timeout: TIMEOUT, failures: 3, probeAfter: PROBE_AFTER },
  )
})
afterEach(async () => {
  vi.useRealTimers()
  proxy.release()
  await connection.close()
  await proxy.close()
})

const ping = () => connection.runThroughBreaker((client) => client.ping())
const unreachable = { code: 'CC_REDIS_UNREACHABLE' }
/** Starts `count` tasks in one turn of the event loop. A task that waits for the server cannot settle in that turn. */
async function startMany(count: number) {
  let sentCount = 0
  const nextTurn = new Promise((resolve) => setImmediate(resolve, 'next turn'))
  const tasks = Array.from({ length: count }, () =>
    connection.runThroughBreaker((client) => {
      sentCount++
      return client.ping()
    }),
  )
  const outcomes = tasks.map((task) => task.catch((error) => error))
  const others = Promise.all(outcomes.slice(1))
  const settledIn = await Promise.race([others.then(() => 'this turn'), nextTurn])
  return {
    countSent: () => sentCount,
    settledIn,
    others: await others,
    first: outcomes[0] as Promise<unknown>,
  }
}
/** Lets commands fail until the circuit breaker opens. From then on only the test moves the clock. */
async function openCircuit() {
  await ping()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  proxy.hold()
  for (let i = 0; i < 3; i++) {
    const failure = expect(ping()).rejects.toMatchObject(unreachable)
    await passTimeout()
    await failure
  }
}
async function passTimeout() {
  // By then the command is sent and its timer runs.
  await flushEventLoop()
  vi.advanceTimersByTime(TIMEOUT)
}

describe('a connection', () => {
  it('an unused store opens no connection', async () => {
    const site = siteOn(() => proxy.port)
    for (const consistency of ['strict', 'eventual'] as const) site.open({ consistency, waitReplicas: 1 })
    await flushEventLoop()
    // Gives a connection that must not be opened the time to open.
    await setTimeout(50)
    expect(proxy.connections).toBe(0)
    await site.close()
    expect(proxy.connections).toBe(0)
  })

  it('a connection is opened once by the first of many calls', async () => {
    await Promise.all(Array.from({ length: 20 }, ping))
    expect(proxy.connections).toBe(1)
  })

  it('a connection fails at once while the server is known to be down', async () => {
    await openCircuit()
    const { countSent, settledIn, others } = await startMany(200)
    expect(countSent()).toBe(0)
    expect(settledIn).toBe('this turn')
    for (const error of others) expect(error).toMatchObject(unreachable)
  })

  it('a connection sends one probe to a server that is down, and no other call waits', async () => {
    await openCircuit()
    vi.advanceTimersByTime(PROBE_AFTER)
    const { countSent, settledIn, others, first } = await startMany(50)
    expect(countSent()).toBe(1)
    expect(settledIn).toBe('this turn')
    for (const error of others) expect(error).toMatchObject(unreachable)
    await passTimeout()
    expect(await first).toMatchObject(unreachable)
    proxy.release()
    vi.advanceTimersByTime(PROBE_AFTER)
    expect(await ping()).toBe('PONG')
    expect((await startMany(20)).countSent()).toBe(20)
  })

  it('a connection does not queue a command that cannot be sent', async () => {
    await ping()
    proxy.refuse(true)
    proxy.cut()
    const before = await countCalls('echo')
    for (let i = 0; i < 5; i++) {
      await expect(connection.runPastBreaker((client) => client.echo('late'))).rejects.toMatchObject(
        unreachable,
      )
    }
    proxy.refuse(false)
    await vi.waitFor(ping, WAIT)
    expect(await countCalls('echo')).toBe(before)
  })

  it('a refused command is named in the error, and does not open the circuit', async () => {
    const call = connection.runThroughBreaker((client) => client.call('NO_SUCH_COMMAND'))
    await expect(call).rejects.toMatchObject({ code: 'CC_REDIS_REFUSED' })
    await expect(call).rejects.toThrow('NO_SUCH_COMMAND')
    for (let i = 0; i < 5; i++)
      await connection.runThroughBreaker((client) => client.call('NO_SUCH_COMMAND')).catch(() => {})
    await ping()
  })
})

async function countCalls(command: string): Promise<number> {
  const stats = await redis.client.info('commandstats')
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0)
}

it('a server is not used while it is a replica, and is used again as a primary', async () => {
  const server = await startRedis()
  const other = createConnection(
    { host: '127.0.0.1', port: server.port },
    { timeout: 5_000, failures: 1_000, probeAfter: 10, checkEvery: 20 },
  )
  const pingOther = () => other.runThroughBreaker((client) => client.ping())
  try {
    expect(await pingOther()).toBe('PONG')
    await server.client.replicaof('127.0.0.1', redis.server.port)
    await vi.waitFor(
      () => expect(pingOther()).rejects.toMatchObject({ message: expect.stringContaining('replica') }),
      WAIT,
    )
    await server.client.replicaof('NO', 'ONE')
    await vi.waitFor(async () => expect(await pingOther()).toBe('PONG'), WAIT)
  } finally {
    await other.close()
    await server.stop()
  }
})

it('a database that the server lacks is an error, never another database', async () => {
  const other = createConnection(
    { host: '127.0.0.1', port: redis.server.port, db: 99 },
    { timeout: 5_000, failures: 3, probeAfter: 50 },
  )
  try {
    const refused = { code: 'CC_REDIS_REFUSED', message: expect.stringContaining('out of range') }
    await expect(other.runThroughBreaker((client) => client.ping())).rejects.toMatchObject(refused)
    await expect(other.runPastBreaker((client) => client.ping())).rejects.toMatchObject(refused)
  } finally {
    await other.close()
  }
})

describe('a server that refuses the password', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
    await server.client.config('SET', 'requirepass', 'secret of the server')
  })
  afterAll(() => server.stop())

  it.each([
    ['a wrong password', { password: 'another' }, 'WRONGPASS'],
    ['no password', {}, 'NOAUTH'],
  ])('a connection with %s is refused, not unreachable', async (_, credentials, text) => {
    const other = createConnection(
      { host: '127.0.0.1', port: server.port, ...credentials },
      { timeout: 5_000, failures: 3, probeAfter: 60_000 },
    )
    try {
      // The circuit opens after the third failure, and the reason stays the same.
      for (let i = 0; i < 5; i++) {
        const error = await other.runThroughBreaker((client) => client.ping()).catch((error) => error)
        expect(error).toMatchObject({ code: 'CC_REDIS_REFUSED', message: expect.stringContaining(text) })
        expect(error.message).not.toContain('..')
        expect(inspect(error, { depth: 9 })).not.toContain('another')
      }
    } finally {
      await other.close()
    }
  })
})

it('an error does not contain the arguments of the command', async () => {
  const error = await connection
    .runThroughBreaker((client) => client.call('SET', 'a', 'a page of text', 'BAD'))
    .catch((error) => error)
  expect(error).toMatchObject({ code: 'CC_REDIS_REFUSED' })
  expect(inspect(error, { depth: 9 })).not.toContain('a page of text')
})
