import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createSilenceWatch, type SilenceWatch } from '../../lib/redis/expiryFeed/silenceWatch.ts'

const MAX_STALENESS_MS = 1_000

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
    maxStalenessMs: MAX_STALENESS_MS,
    getLastHeardAt: () => lastHeardAt,
    onSilence: () => reportedAt.push(performance.now()),
  })
  watch.start()
}

it('silence is noticed at most a tenth of `maxStalenessMs` late, whenever it begins', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: MAX_STALENESS_MS - 1 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 10 }), (between, times) => {
      watch.stop()
      begin()
      for (const gap of between) {
        vi.advanceTimersByTime(gap)
        lastHeardAt = performance.now()
      }
      expect(reportedAt).toEqual([])
      vi.advanceTimersByTime(times * 1.1 * MAX_STALENESS_MS)
      expect(reportedAt.length).toBeGreaterThanOrEqual(times)
      const moments = [lastHeardAt, ...reportedAt]
      for (let index = 1; index < moments.length; index++) {
        const silence = (moments[index] as number) - (moments[index - 1] as number)
        expect(silence).toBeGreaterThanOrEqual(MAX_STALENESS_MS)
        expect(silence).toBeLessThanOrEqual(1.1 * MAX_STALENESS_MS)
      }
    }),
    { numRuns: 200 },
  )
})

it('silence is noticed as early when nothing was ever received', () => {
  vi.advanceTimersByTime(MAX_STALENESS_MS - 1)
  expect(reportedAt).toEqual([])
  vi.advanceTimersByTime(0.1 * MAX_STALENESS_MS + 1)
  expect(reportedAt).toHaveLength(1)
})

it('silence is not reported before a busy process has read its messages', () => {
  lastHeardAt = performance.now()
  // The timer is due. The messages that arrived while the process was busy are read right after.
  vi.advanceTimersByTime(MAX_STALENESS_MS)
  lastHeardAt = performance.now() - 100
  vi.advanceTimersByTime(MAX_STALENESS_MS - 101)
  expect(reportedAt).toEqual([])
  vi.advanceTimersByTime(0.1 * MAX_STALENESS_MS + 1)
  expect(reportedAt).toHaveLength(1)
})

it('a stopped watch does not report silence', () => {
  watch.stop()
  vi.advanceTimersByTime(10 * MAX_STALENESS_MS)
  expect(reportedAt).toEqual([])
})
