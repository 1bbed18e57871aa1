import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Breaker, CircuitOpenError, createBreaker } from '../../lib/redis/connection/breaker.ts'

let now: number
let breaker: Breaker
beforeEach(() => {
  now = 5_000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const isFailure = (error: unknown) => error !== 'a refusal'
  breaker = createBreaker({ failures: 3, probeAfter: 1_000, isFailure })
})
afterEach(() => void vi.restoreAllMocks())

const fail = (reason: unknown = 'failure') =>
  breaker.run(() => Promise.reject(reason)).catch((error) => error)
const succeed = () => breaker.run(async () => 'done').catch((error) => error)
async function openCircuit() {
  for (let i = 0; i < 3; i++) await fail()
}

describe('a circuit breaker', () => {
  it('a closed circuit runs every task until enough have failed in a row', async () => {
    for (let i = 0; i < 5; i++) {
      expect(await fail()).toBe('failure')
      expect(await fail()).toBe('failure')
      expect(await succeed()).toBe('done')
    }
  })

  it('an open circuit runs no task, and gives the last failure as the cause', async () => {
    await openCircuit()
    const task = vi.fn()
    await expect(breaker.run(task)).rejects.toThrow(CircuitOpenError)
    await expect(breaker.run(task)).rejects.toMatchObject({ cause: 'failure' })
    expect(task).not.toHaveBeenCalled()
  })

  it('a refusal by the server does not open the circuit', async () => {
    for (let i = 0; i < 10; i++) expect(await fail('a refusal')).toBe('a refusal')
    expect(await succeed()).toBe('done')
  })

  it('an open circuit runs one probe after the delay, and other tasks fail at once', async () => {
    await openCircuit()
    now += 999
    expect(await succeed()).toBeInstanceOf(CircuitOpenError)
    now += 1
    let end = (_: string) => {}
    const probe = breaker.run(() => new Promise<string>((resolve) => (end = resolve)))
    for (let i = 0; i < 5; i++) expect(await succeed()).toBeInstanceOf(CircuitOpenError)
    end('back')
    expect(await probe).toBe('back')
    expect(await succeed()).toBe('done')
  })

  it('an open circuit waits for the whole delay again when the probe fails', async () => {
    await openCircuit()
    for (let i = 0; i < 3; i++) {
      now += 1_000
      expect(await fail()).toBe('failure')
      expect(await succeed()).toBeInstanceOf(CircuitOpenError)
    }
    now += 1_000
    expect(await succeed()).toBe('done')
  })

  it('an open circuit closes in time although the clock of the machine is set back', async () => {
    await openCircuit()
    const rightTime = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(rightTime - 3_600_000)
    now += 1_000
    expect(await succeed()).toBe('done')
  })
})
