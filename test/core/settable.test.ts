import { describe, expect, it, vi } from 'vitest'
import { Settable } from '../../lib/core/settable.ts'

describe('a settable', () => {
  it('a settable calls back at once when it has its value', () => {
    const settable = new Settable<number>()
    const early = vi.fn()
    settable.whenSettled(early)
    expect(early).not.toHaveBeenCalled()
    settable.resolve(1)
    settable.resolve(2)
    const late = vi.fn()
    settable.whenSettled(late)
    expect(early.mock.calls).toEqual([[1]])
    expect(late.mock.calls).toEqual([[1]])
    expect(settable.settledValue).toBe(1)
  })

  it('a settable gives its value to promises from before and after', async () => {
    const settable = new Settable<undefined>()
    const before = settable.promise
    settable.resolve(undefined)
    await expect(before).resolves.toBeUndefined()
    const other = new Settable<string>()
    other.resolve('value')
    await expect(other.promise).resolves.toBe('value')
  })

  it('a rejected settable rejects its promise, and does not call back', async () => {
    const settable = new Settable<number>()
    const callback = vi.fn()
    settable.whenSettled(callback)
    const { promise } = settable
    const error = new Error('failed')
    settable.reject(error)
    settable.resolve(1)
    settable.whenSettled(callback)
    await expect(promise).rejects.toBe(error)
    expect(callback).not.toHaveBeenCalled()
    expect(settable.settledValue).toBeUndefined()
  })

  it('a settable calls back with its error, at once when it has one', () => {
    const settable = new Settable<number>()
    const [early, late] = [vi.fn(), vi.fn()]
    settable.whenSettled(() => {}, early)
    const error = new Error('failed')
    settable.reject(error)
    settable.whenSettled(() => {}, late)
    expect(early.mock.calls).toEqual([[error]])
    expect(late.mock.calls).toEqual([[error]])
  })
})
