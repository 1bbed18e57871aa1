import { EventEmitter } from 'node:events'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  createReconnectingLoop,
  type ReconnectingLoop,
  type ReconnectingLoopOptions,
} from '../../lib/redis/connection/reconnectingLoop.ts'

const RETRY_DELAY_MS = 500

/** A client whose status only the test changes. */
class FakeClient extends EventEmitter {
  status = 'wait'
  readonly disconnect = vi.fn((_reconnect?: boolean) => this.drop())
  readonly connect = vi.fn(async () => {})

  become(status: 'ready' | 'close') {
    this.status = status
    this.emit(status)
  }
  private drop() {
    this.become('close')
  }
}

let client: FakeClient
let calls: string[]
/** Ends the read in progress. */
let read: { resolve(): void; reject(error: Error): void }
let loop: ReconnectingLoop

beforeEach(() => {
  vi.useFakeTimers()
  client = new FakeClient()
  calls = []
})
afterEach(() => {
  loop.close()
  vi.useRealTimers()
})

function open(scope: 'client' | 'connection', options: Partial<ReconnectingLoopOptions> = {}) {
  loop = createReconnectingLoop({
    connect() {
      calls.push('connect')
      return client as unknown as Redis
    },
    async prepare() {
      calls.push('prepare')
    },
    read() {
      calls.push('read')
      return new Promise((resolve, reject) => {
        read = { resolve, reject }
      })
    },
    onFailure: (error) => calls.push(String(error)),
    retryDelayMs: RETRY_DELAY_MS,
    scope,
    ...options,
  })
  return loop.start()
}
const flush = () => vi.advanceTimersByTimeAsync(0)
/** Returns the calls since the last call of this function. */
async function takeCalls(): Promise<string[]> {
  await flush()
  return calls.splice(0)
}

describe('a loop with the scope `client`', () => {
  it('a client loop prepares once, and reads again and again', async () => {
    void open('client')
    expect(await takeCalls()).toEqual(['connect', 'prepare', 'read'])
    read.resolve()
    expect(await takeCalls()).toEqual(['read'])
  })

  it('a client loop waits after a failed read, and prepares again', async () => {
    void open('client')
    await takeCalls()
    read.reject(new Error('cut'))
    expect(await takeCalls()).toEqual(['Error: cut'])
    await vi.advanceTimersByTimeAsync(RETRY_DELAY_MS - 1)
    expect(calls).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(await takeCalls()).toEqual(['prepare', 'read'])
  })

  it('a client loop waits after a failed preparation, and prepares again', async () => {
    void open('client', { prepare: async () => Promise.reject(new Error('refused')) })
    expect(await takeCalls()).toEqual(['connect', 'Error: refused'])
    await vi.advanceTimersByTimeAsync(RETRY_DELAY_MS)
    expect(await takeCalls()).toEqual(['Error: refused'])
  })

  it('a client loop that is started twice runs once', async () => {
    const ended = open('client')
    expect(loop.start()).toBe(ended)
    expect(await takeCalls()).toEqual(['connect', 'prepare', 'read'])
  })

  it('a stopped client loop ends after the read in progress', async () => {
    const onEnd = vi.fn()
    void open('client').then(onEnd)
    await takeCalls()
    loop.stop()
    await flush()
    expect(onEnd).not.toHaveBeenCalled()
    read.resolve()
    expect(await takeCalls()).toEqual([])
    expect(onEnd).toHaveBeenCalled()
    expect(client.disconnect).not.toHaveBeenCalled()
  })

  it('a closed client loop does not report the failure of its read', async () => {
    const ended = open('client')
    await takeCalls()
    loop.close()
    expect(client.disconnect).toHaveBeenCalledWith()
    read.reject(new Error('closed'))
    await ended
    expect(await takeCalls()).toEqual([])
  })
})

describe('a loop with the scope `connection`', () => {
  it('a connection loop connects, and prepares when the connection is ready', async () => {
    void open('connection')
    expect(await takeCalls()).toEqual(['connect'])
    expect(client.connect).toHaveBeenCalled()
    client.become('ready')
    expect(await takeCalls()).toEqual(['prepare', 'read'])
  })

  it('a connection loop prepares a new connection at once', async () => {
    void open('connection')
    client.become('ready')
    await takeCalls()
    client.become('close')
    read.reject(new Error('cut'))
    expect(await takeCalls()).toEqual(['Error: cut'])
    client.become('ready')
    expect(await takeCalls()).toEqual(['prepare', 'read'])
    await vi.advanceTimersByTimeAsync(RETRY_DELAY_MS)
    expect(client.disconnect).not.toHaveBeenCalled()
    expect(calls).toEqual([])
  })

  it('a connection loop reads from the newest connection only', async () => {
    void open('connection')
    client.become('ready')
    await takeCalls()
    const first = read
    client.become('close')
    client.become('ready')
    expect(await takeCalls()).toEqual(['prepare', 'read'])
    first.resolve()
    expect(await takeCalls()).toEqual([])
    read.resolve()
    expect(await takeCalls()).toEqual(['read'])
  })

  it('a connection loop does not read while it has no connection', async () => {
    void open('connection')
    client.become('ready')
    await takeCalls()
    client.become('close')
    read.resolve()
    expect(await takeCalls()).toEqual([])
  })

  it('a connection loop closes its connection after a failure and the delay', async () => {
    void open('connection')
    client.become('ready')
    await takeCalls()
    read.reject(new Error('refused'))
    expect(await takeCalls()).toEqual(['Error: refused'])
    expect(client.disconnect).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(RETRY_DELAY_MS)
    expect(client.disconnect).toHaveBeenCalledWith(true)
    expect(calls).toEqual([])
    client.become('ready')
    expect(await takeCalls()).toEqual(['prepare', 'read'])
  })

  it('a connection loop may have no read', async () => {
    loop = createReconnectingLoop({
      connect: () => client as unknown as Redis,
      async prepare() {
        calls.push('prepare')
      },
      retryDelayMs: RETRY_DELAY_MS,
      scope: 'connection',
    })
    void loop.start()
    client.become('ready')
    expect(await takeCalls()).toEqual(['prepare'])
    client.become('close')
    client.become('ready')
    expect(await takeCalls()).toEqual(['prepare'])
    await vi.advanceTimersByTimeAsync(RETRY_DELAY_MS)
    expect(client.disconnect).not.toHaveBeenCalled()
  })
})

describe.each(['client', 'connection'] as const)('a loop with the scope `%s`', (scope) => {
  it('a loop reconnects when `reconnect` is called', async () => {
    void open(scope)
    loop.reconnect()
    expect(client.disconnect).toHaveBeenCalledWith(true)
  })

  it('a closed loop opens no connection', async () => {
    void open(scope)
    loop.close()
    client.disconnect.mockClear()
    await takeCalls()
    loop.reconnect()
    await loop.start()
    expect(client.disconnect).not.toHaveBeenCalled()
    expect(await takeCalls()).toEqual([])
  })
})
