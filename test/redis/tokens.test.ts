import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokens } from '../../lib/redis/tokens.ts'

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
  lookups: fc.array(fc.record({ sent: moment, age, there: latency, back: latency }), { maxLength: 40 }),
  /** What we learn of our own expiries, or from the log. */
  news: fc.array(fc.record({ told: moment, back: latency }), { maxLength: 20 }),
})

describe('a token', () => {
  it('is as young as what was told, also by who does not know the epoch', () => {
    const tokens = createTokens()
    tokens.observe('e', 3, 100)
    tokens.observe('', 4, 110)
    const times = { sent: 120, came: 121, margin: 5 }
    expect(tokens.tokenFor({ epoch: 'e', clock: 4, asked: 1 }, 10, times).clock).toBe(3)
  })

  it('is never younger than what its reader may have read, whatever takes how long', () => {
    fc.assert(
      fc.property(histories, ({ ahead, expiries, lookups, news }) => {
        const server = serverWith(expiries, ahead)
        const tokens = createTokens()
        const steps = [
          ...news.map(({ told, back }) => ({
            at: told + back,
            run: () => tokens.observe('e', server.clockAt(told), told + back),
          })),
          ...lookups.flatMap(({ sent, age, there, back }) => {
            const executed = sent + there
            const came = executed + back
            let margin = 0
            return [
              { at: sent, run: () => (margin = tokens.margin()) },
              {
                at: came,
                run() {
                  const clock = server.clockAt(executed)
                  const asked = server.clockAsOf(executed, age + margin)
                  tokens.took(came - sent)
                  tokens.observe('e', clock, came)
                  const token = tokens.tokenFor({ epoch: 'e', clock, asked }, age, { sent, came, margin })
                  expect(tokens.opened(token)?.epoch).toBe('e')
                  expect(token.clock).toBeLessThanOrEqual(server.clockAt(sent - age))
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
    tokens: ReturnType<typeof createTokens>,
    clock: number,
    asked: number,
    sent: number,
    took = 1,
  ) => {
    const margin = tokens.margin()
    tokens.took(took)
    tokens.observe('e', clock, sent + took)
    return tokens.tokenFor({ epoch: 'e', clock, asked }, 0, { sent, came: sent + took, margin })
  }

  it('is as of a moment before, so that what was expired long ago does not count', () => {
    expect(lookup(createTokens(), 7, 7, 100)).toMatchObject({ epoch: 'e 0', clock: 7 })
  })

  it('counts an expiry of our own from the moment it is done', () => {
    const tokens = createTokens()
    tokens.observe('e', 8, 99)
    // The server looks back further than that.
    expect(lookup(tokens, 8, 7, 100)).toMatchObject({ epoch: 'e 0', clock: 8 })
  })

  it('is worth nothing when the reply took longer than was asked for, and nothing else is known', () => {
    expect(lookup(createTokens(), 7, 7, 100, 1_000).clock).toBe(0)
  })

  it('asks for more after a slow reply, and for less again after many quick ones', () => {
    const tokens = createTokens()
    const before = tokens.margin()
    lookup(tokens, 7, 7, 100, 1_000)
    expect(tokens.margin()).toBeGreaterThan(1_000)
    for (let i = 0; i < 500; i++) lookup(tokens, 7, 7, 2_000 + i)
    expect(tokens.margin()).toBeLessThan(before + 10)
  })

  it('does not count what was known in another epoch', () => {
    const tokens = createTokens()
    tokens.observe('another', 50, 10)
    expect(lookup(tokens, 3, 2, 100).clock).toBe(2)
    // A late reply of the last epoch.
    tokens.observe('another', 50, 102)
    expect(lookup(tokens, 60, 2, 110).clock).toBe(2)
  })

  it('does not count what was known before the line was cut: a fail-over may count anew', () => {
    const tokens = createTokens()
    const before = lookup(tokens, 10, 10, 100)
    tokens.forget(150)
    // Had it remembered, this reader would seem to have seen 10, of which it saw 8 only.
    expect(lookup(tokens, 10, 8, 200).clock).toBe(8)
    expect(tokens.opened(before)).toBeUndefined()
    expect(tokens.opened(lookup(tokens, 10, 10, 300))).toEqual({ epoch: 'e', clock: 10 })
    // Not of this process.
    expect(tokens.opened({ epoch: 'e', clock: 10 })).toEqual({ epoch: 'e', clock: 10 })
  })

  it('is worth nothing where more was told in this epoch than the server knows: it has lost expiries', () => {
    const tokens = createTokens()
    tokens.observe('e', 8, 99)
    expect(lookup(tokens, 7, 7, 100).clock).toBe(0)
    expect(lookup(tokens, 8, 7, 110).clock).toBe(8)
  })

  it('knows the latest of very many expiries', () => {
    const tokens = createTokens()
    for (let clock = 1; clock <= 5_000; clock++) tokens.observe('e', clock, clock)
    expect(lookup(tokens, 5_000, 0, 5_000).clock).toBe(5_000)
    expect(lookup(tokens, 5_000, 0, 4_990.5).clock).toBe(4_990)
  })
})
