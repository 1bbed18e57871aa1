import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createDeadlines } from '../../lib/core/deadlines.ts'
import { heapAfterGc } from '../support/heapAfterGc.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

it('each deadline is over after its own time, with one timer for all of a duration', () => {
  const deadlines = createDeadlines()
  const over: string[] = []
  deadlines.start(100, () => over.push('first'))
  vi.advanceTimersByTime(60)
  deadlines.start(100, () => over.push('second'))
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(40)
  expect(over).toEqual(['first'])
  vi.advanceTimersByTime(59)
  expect(over).toEqual(['first'])
  vi.advanceTimersByTime(1)
  expect(over).toEqual(['first', 'second'])
  expect(vi.getTimerCount()).toBe(0)
})

it('a deadline that is ended in time never calls back, and leaves no timer', () => {
  const onTimeout = vi.fn()
  const end = createDeadlines().start(100, onTimeout)
  vi.advanceTimersByTime(99)
  expect(end()).toBe(true)
  expect(end()).toBe(false)
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(100)
  expect(onTimeout).not.toHaveBeenCalled()
})

it('deadlines of different durations leave nothing when they have ended', () => {
  const deadlines = createDeadlines()
  const before = heapAfterGc()
  for (let index = 0; index < 100_000; index++) deadlines.start(1_000 + index / 100_000, () => {})()
  for (let index = 0; index < 10_000; index++) deadlines.start(1_000 + index / 100_000, () => {})
  vi.advanceTimersByTime(2_000)
  expect(heapAfterGc() - before).toBeLessThan(1_000_000)
  // It is still in use.
  expect(deadlines.start(1, () => {})()).toBe(true)
})

it('the end of a deadline that is over says so', () => {
  const end = createDeadlines().start(100, () => {})
  vi.advanceTimersByTime(100)
  expect(end()).toBe(false)
})

it('a deadline is over in time when another one begins just before', () => {
  const deadlines = createDeadlines()
  const over: string[] = []
  deadlines.start(100, () => {
    over.push('first')
    deadlines.start(100, () => over.push('third'))
  })
  vi.advanceTimersByTime(10)
  deadlines.start(100, () => over.push('second'))
  vi.advanceTimersByTime(100)
  expect(over).toEqual(['first', 'second'])
  vi.advanceTimersByTime(90)
  expect(over).toEqual(['first', 'second', 'third'])
  expect(vi.getTimerCount()).toBe(0)
})

it('a deadline that begins when another one is over has one timer', () => {
  const deadlines = createDeadlines()
  const over: string[] = []
  deadlines.start(100, () => {
    over.push('first')
    deadlines.start(100, () => over.push('second'))
  })
  vi.advanceTimersByTime(100)
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(100)
  expect(over).toEqual(['first', 'second'])
  expect(vi.getTimerCount()).toBe(0)
})
