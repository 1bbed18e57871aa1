import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createSilenceWatch, type SilenceWatch } from '../../lib/redis/expiryFeed/silenceWatch.ts'

const BOUND = 1_000

let lastHeardAt: number
let reportedAt: number[]
let watch: SilenceWatch

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  begin()
})
afterEach(() => {
  watch.stop()
  vi.useRealTimers()
})

function begin() {
  lastHeardAt = -Infinity
  reportedAt = []
  watch = createSilenceWatch({
    maxSilenceMs: BOUND,
    getLastHeardAt: () => lastHeardAt,
    onSilence: () => reportedAt.push(performance.now()),
  })
  watch.start()
}

it('silence is noticed at most a tenth of the bound late, whenever it begins', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: BOUND - 1 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 10 }), (between, times) => {
      watch.stop()
      begin()
      for (const gap of between) {
        vi.advanceTimersByTime(gap)
        lastHeardAt = performance.now()
      }
      expect(reportedAt).toEqual([])
      vi.advanceTimersByTime(times * 1.1 * BOUND)
      expect(reportedAt.length).toBeGreaterThanOrEqual(times)
      const moments = [lastHeardAt, ...reportedAt]
      for (let index = 1; index < moments.length; index++) {
        const silence = (moments[index] as number) - (moments[index - 1] as number)
        expect(silence).toBeGreaterThanOrEqual(BOUND)
        expect(silence).toBeLessThanOrEqual(1.1 * BOUND)
      }
    }),
    { numRuns: 200 },
  )
})

it('silence is noticed in the same time where nothing was ever heard', () => {
  vi.advanceTimersByTime(BOUND - 1)
  expect(reportedAt).toEqual([])
  vi.advanceTimersByTime(0.1 * BOUND + 1)
  expect(reportedAt).toHaveLength(1)
})

it('a busy process reads what has arrived before it takes that for silence', () => {
  lastHeardAt = performance.now()
  // The timer is due. What has come while the process was busy is read right after.
  vi.advanceTimersByTime(BOUND)
  lastHeardAt = performance.now() - 100
  vi.advanceTimersByTime(BOUND - 101)
  expect(reportedAt).toEqual([])
  vi.advanceTimersByTime(0.1 * BOUND + 1)
  expect(reportedAt).toHaveLength(1)
})

it('a watch that was stopped does not call back', () => {
  watch.stop()
  vi.advanceTimersByTime(10 * BOUND)
  expect(reportedAt).toEqual([])
})
