import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Breaker, CircuitOpenError, createBreaker } from '../../lib/redis/connection/breaker.ts'

let now: number
let breaker: Breaker
beforeEach(() => {
  now = 5_000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const isFailure = (error: unknown) => error !== 'an answer'
  breaker = createBreaker({ failures: 3, probeAfter: 1_000, isFailure })
})
afterEach(() => void vi.restoreAllMocks())

const fail = (with_: unknown = 'failure') => breaker.run(() => Promise.reject(with_)).catch((error) => error)
const succeed = () => breaker.run(async () => 'done').catch((error) => error)
async function open() {
  for (let i = 0; i < 3; i++) await fail()
}

describe('a breaker', () => {
  it('the breaker tries everything until enough calls have failed in a row', async () => {
    for (let i = 0; i < 5; i++) {
      expect(await fail()).toBe('failure')
      expect(await fail()).toBe('failure')
      expect(await succeed()).toBe('done')
    }
  })

  it('the breaker then tries nothing, and says why', async () => {
    await open()
    const task = vi.fn()
    await expect(breaker.run(task)).rejects.toThrow(CircuitOpenError)
    await expect(breaker.run(task)).rejects.toMatchObject({ cause: 'failure' })
    expect(task).not.toHaveBeenCalled()
  })

  it('the breaker does not count an answer that refuses', async () => {
    for (let i = 0; i < 10; i++) expect(await fail('an answer')).toBe('an answer')
    expect(await succeed()).toBe('done')
  })

  it('the breaker lets one call try after a while, and the others fail at once', async () => {
    await open()
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

  it('the breaker waits as long again when that call fails too', async () => {
    await open()
    for (let i = 0; i < 3; i++) {
      now += 1_000
      expect(await fail()).toBe('failure')
      expect(await succeed()).toBeInstanceOf(CircuitOpenError)
    }
    now += 1_000
    expect(await succeed()).toBe('done')
  })

  it('the breaker uses no clock that can be set', async () => {
    await open()
    const right = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(right - 3_600_000)
    now += 1_000
    expect(await succeed()).toBe('done')
  })
})
