import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createDeadlines, type DeadlineQueue } from '../../lib/core/deadlines.ts'

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

it('a duration leaves nothing when its deadlines have ended or are over', () => {
  const queues = new Map<number, DeadlineQueue>()
  const deadlines = createDeadlines(queues)
  const ends = [1, 1.5, 1.5, 2].map((milliseconds) => deadlines.start(milliseconds, () => {}))
  expect(queues.size).toBe(3)
  ends[0]?.()
  ends[1]?.()
  expect([...queues.keys()]).toEqual([1.5, 2])
  vi.advanceTimersByTime(10)
  expect(queues.size).toBe(0)
  // A duration may come again.
  expect(deadlines.start(2, () => {})()).toBe(true)
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
