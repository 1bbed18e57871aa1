import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClockTracker } from '../../lib/redis/store/clockTracker.ts'

/** A server whose clock counts these expiries. Its time is ahead of this process's by `ahead` milliseconds. */
function createServer(expiries: readonly number[], ahead: number) {
  const sorted = [...expiries].sort((a, b) => a - b)
  const clockAt = (moment: number) => sorted.filter((expiry) => expiry <= moment).length
  return {
    clockAt,
    /** The result of the script. It searches the log, where the server has noted times in whole milliseconds. */
    clockAsOf(executed: number, age: number) {
      const since = Math.floor(executed + ahead) - Math.ceil(age) - 1
      return sorted.filter((expiry) => Math.floor(expiry + ahead) <= since).length
    },
  }
}

const latency = fc.oneof(
  { weight: 5, arbitrary: fc.double({ min: 0, max: 3, noNaN: true }) },
  { weight: 2, arbitrary: fc.double({ min: 0, max: 40, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 3_000, noNaN: true }) },
)
const moment = fc.double({ min: 0, max: 5_000, noNaN: true })
const age = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 20, noNaN: true }), moment)

const histories = fc.record({
  ahead: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  expiries: fc.array(moment, { maxLength: 60 }),
  lookups: fc.array(fc.record({ sentAt: moment, age, there: latency, back: latency }), { maxLength: 40 }),
  /** Clocks that this process receives with its own expiries, or from the log. */
  observations: fc.array(fc.record({ observedAt: moment, back: latency }), { maxLength: 20 }),
})

describe('a token', () => {
  it('a token has the latest clock that was known when its reader began', () => {
    const clockTracker = createClockTracker()
    clockTracker.observe('e', 3, 100)
    clockTracker.observe('', 4, 110)
    const times = { sentAt: 120, receivedAt: 121, margin: 5 }
    expect(clockTracker.createToken({ epoch: 'e', clock: 4, clockAtAge: 1 }, 10, times).clock).toBe(3)
  })

  it('a token is never younger than the data that its reader may have read', () => {
    fc.assert(
      fc.property(histories, ({ ahead, expiries, lookups, observations }) => {
        const server = createServer(expiries, ahead)
        const clockTracker = createClockTracker()
        const steps = [
          ...observations.map(({ observedAt, back }) => ({
            at: observedAt + back,
            run: () => clockTracker.observe('e', server.clockAt(observedAt), observedAt + back),
          })),
          ...lookups.flatMap(({ sentAt, age, there, back }) => {
            const executed = sentAt + there
            const receivedAt = executed + back
            let margin = 0
            return [
              { at: sentAt, run: () => (margin = clockTracker.getMargin()) },
              {
                at: receivedAt,
                run() {
                  const clock = server.clockAt(executed)
                  const clockAtAge = server.clockAsOf(executed, age + margin)
                  clockTracker.recordLatency(receivedAt - sentAt)
                  clockTracker.observe('e', clock, receivedAt)
                  const token = clockTracker.createToken({ epoch: 'e', clock, clockAtAge }, age, {
                    sentAt,
                    receivedAt,
                    margin,
                  })
                  expect(clockTracker.unwrapToken(token)?.epoch).toBe('e')
                  expect(token.clock).toBeLessThanOrEqual(server.clockAt(sentAt - age))
                },
              },
            ]
          }),
        ]
        for (const { run } of steps.sort((a, b) => a.at - b.at)) run()
      }),
      { numRuns: 3_000 },
    )
  })

  const lookup = (
    clockTracker: ReturnType<typeof createClockTracker>,
    clock: number,
    clockAtAge: number,
    sentAt: number,
    latencyMs = 1,
  ) => {
    const margin = clockTracker.getMargin()
    clockTracker.recordLatency(latencyMs)
    clockTracker.observe('e', clock, sentAt + latencyMs)
    return clockTracker.createToken({ epoch: 'e', clock, clockAtAge }, 0, {
      sentAt,
      receivedAt: sentAt + latencyMs,
      margin,
    })
  }

  it('a token counts all expiries from long before the request', () => {
    expect(lookup(createClockTracker(), 7, 7, 100)).toMatchObject({ epoch: 'e 0', clock: 7 })
  })

  it('a token counts an expiry of this process from the moment it is done', () => {
    const clockTracker = createClockTracker()
    clockTracker.observe('e', 8, 99)
    // The server looks back to a moment before that expiry.
    expect(lookup(clockTracker, 8, 7, 100)).toMatchObject({ epoch: 'e 0', clock: 8 })
  })

  it('a token has clock 0 when the reply took longer than the margin', () => {
    expect(lookup(createClockTracker(), 7, 7, 100, 1_000).clock).toBe(0)
  })

  it('the margin of tokens grows after a slow reply, and shrinks after many fast ones', () => {
    const clockTracker = createClockTracker()
    const before = clockTracker.getMargin()
    lookup(clockTracker, 7, 7, 100, 1_000)
    expect(clockTracker.getMargin()).toBeGreaterThan(1_000)
    for (let i = 0; i < 500; i++) lookup(clockTracker, 7, 7, 2_000 + i)
    expect(clockTracker.getMargin()).toBeLessThan(before + 10)
  })

  it('a token does not use clocks of another epoch', () => {
    const clockTracker = createClockTracker()
    clockTracker.observe('another', 50, 10)
    expect(lookup(clockTracker, 3, 2, 100).clock).toBe(2)
    // A late reply of the previous epoch.
    clockTracker.observe('another', 50, 102)
    expect(lookup(clockTracker, 60, 2, 110).clock).toBe(2)
  })

  it('a token does not use clocks that an earlier connection has shown', () => {
    const clockTracker = createClockTracker()
    const before = lookup(clockTracker, 10, 10, 100)
    clockTracker.reset(150)
    // With the clock 10 of the earlier connection, this token would be younger than its reader's data.
    expect(lookup(clockTracker, 10, 8, 200).clock).toBe(8)
    expect(clockTracker.unwrapToken(before)).toBeUndefined()
    expect(clockTracker.unwrapToken(lookup(clockTracker, 10, 10, 300))).toEqual({ epoch: 'e', clock: 10 })
    // A token of another process.
    expect(clockTracker.unwrapToken({ epoch: 'e', clock: 10 })).toEqual({ epoch: 'e', clock: 10 })
  })

  it('a token has clock 0 when the server has lost expiries of its epoch', () => {
    const clockTracker = createClockTracker()
    clockTracker.observe('e', 8, 99)
    expect(lookup(clockTracker, 7, 7, 100).clock).toBe(0)
    expect(lookup(clockTracker, 8, 7, 110).clock).toBe(8)
  })

  it('a token counts the latest of very many expiries', () => {
    const clockTracker = createClockTracker()
    for (let clock = 1; clock <= 5_000; clock++) clockTracker.observe('e', clock, clock)
    expect(lookup(clockTracker, 5_000, 0, 5_000).clock).toBe(5_000)
    expect(lookup(clockTracker, 5_000, 0, 4_990.5).clock).toBe(4_990)
  })
})
