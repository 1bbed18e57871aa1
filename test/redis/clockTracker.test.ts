import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClockTracker } from '../../lib/redis/clockTracker.ts'

/** A store whose clock stands so at each moment; the server's time is not ours. */
function serverWith(expiries: readonly number[], ahead: number) {
  const sorted = [...expiries].sort((a, b) => a - b)
  const clockAt = (moment: number) => sorted.filter((expiry) => expiry <= moment).length
  return {
    clockAt,
    /** As the script finds it: in its log, whose entries have times in whole milliseconds of its own. */
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
  /** What we learn of our own expiries, or from the log. */
  observations: fc.array(fc.record({ observedAt: moment, back: latency }), { maxLength: 20 }),
})

describe('a token', () => {
  it('a token is as young as the known history, also in an unknown epoch', () => {
    const clockTracker = createClockTracker()
    clockTracker.observe('e', 3, 100)
    clockTracker.observe('', 4, 110)
    const times = { sentAt: 120, receivedAt: 121, margin: 5 }
    expect(clockTracker.createToken({ epoch: 'e', clock: 4, clockAtAge: 1 }, 10, times).clock).toBe(3)
  })

  it('a token is never younger than what its reader may have read', () => {
    fc.assert(
      fc.property(histories, ({ ahead, expiries, lookups, observations }) => {
        const server = serverWith(expiries, ahead)
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

  it('a token leaves out expiries from long before the request', () => {
    expect(lookup(createClockTracker(), 7, 7, 100)).toMatchObject({ epoch: 'e 0', clock: 7 })
  })

  it('a token counts an expiry of this process from the moment it is done', () => {
    const clockTracker = createClockTracker()
    clockTracker.observe('e', 8, 99)
    // The server looks back further than that.
    expect(lookup(clockTracker, 8, 7, 100)).toMatchObject({ epoch: 'e 0', clock: 8 })
  })

  it('a token is invalid when the reply took longer than its margin', () => {
    expect(lookup(createClockTracker(), 7, 7, 100, 1_000).clock).toBe(0)
  })

  it('the margin grows after a slow reply, and shrinks after many quick ones', () => {
    const clockTracker = createClockTracker()
    const before = clockTracker.getMargin()
    lookup(clockTracker, 7, 7, 100, 1_000)
    expect(clockTracker.getMargin()).toBeGreaterThan(1_000)
    for (let i = 0; i < 500; i++) lookup(clockTracker, 7, 7, 2_000 + i)
    expect(clockTracker.getMargin()).toBeLessThan(before + 10)
  })

  it('a token leaves out what was known in another epoch', () => {
    const clockTracker = createClockTracker()
    clockTracker.observe('another', 50, 10)
    expect(lookup(clockTracker, 3, 2, 100).clock).toBe(2)
    // A late reply of the last epoch.
    clockTracker.observe('another', 50, 102)
    expect(lookup(clockTracker, 60, 2, 110).clock).toBe(2)
  })

  it('a token leaves out what was known on another connection', () => {
    const clockTracker = createClockTracker()
    const before = lookup(clockTracker, 10, 10, 100)
    clockTracker.reset(150)
    // Had it remembered, this reader would seem to have seen 10, of which it saw 8 only.
    expect(lookup(clockTracker, 10, 8, 200).clock).toBe(8)
    expect(clockTracker.unwrapToken(before)).toBeUndefined()
    expect(clockTracker.unwrapToken(lookup(clockTracker, 10, 10, 300))).toEqual({ epoch: 'e', clock: 10 })
    // Not of this process.
    expect(clockTracker.unwrapToken({ epoch: 'e', clock: 10 })).toEqual({ epoch: 'e', clock: 10 })
  })

  it('a token is invalid where the server knows less of its epoch: it lost expiries', () => {
    const clockTracker = createClockTracker()
    clockTracker.observe('e', 8, 99)
    expect(lookup(clockTracker, 7, 7, 100).clock).toBe(0)
    expect(lookup(clockTracker, 8, 7, 110).clock).toBe(8)
  })

  it('a token includes the latest of very many expiries', () => {
    const clockTracker = createClockTracker()
    for (let clock = 1; clock <= 5_000; clock++) clockTracker.observe('e', clock, clock)
    expect(lookup(clockTracker, 5_000, 0, 5_000).clock).toBe(5_000)
    expect(lookup(clockTracker, 5_000, 0, 4_990.5).clock).toBe(4_990)
  })
})
