import { describe, expect, it } from 'vitest'
// @ts-expect-error a script, without types
import { createRandom } from '../bench/createRandom.mjs'
// @ts-expect-error a script, without types
import { compareRounds } from '../bench/pages/compareRounds.mjs'
// @ts-expect-error a script, without types
import { decideVerdict } from '../bench/pages/decideVerdict.mjs'
// @ts-expect-error a script, without types
import { extractVisibleText } from '../bench/pages/extractVisibleText.mjs'
// @ts-expect-error a script, without types
import { formatTargetTable } from '../bench/pages/formatTargetTable.mjs'
// @ts-expect-error a script, without types
import { measureInterleaved } from '../bench/pages/measureInterleaved.mjs'
// @ts-expect-error a script, without types
import { modes } from '../bench/pages/modes.mjs'
// @ts-expect-error a script, without types
import { describeMeasurement, describePrerendered } from '../bench/pages/prose.mjs'
// @ts-expect-error a script, without types
import { describeTimes } from '../bench/profile/describeTimes.mjs'
// @ts-expect-error a script, without types
import { parts } from '../bench/profile/parts.mjs'
// @ts-expect-error a script, without types
import { createEntry } from '../bench/redis/benchContext.mjs'
// @ts-expect-error a script, without types
import { getMiddleHalf, median } from '../bench/statistics.mjs'
import { ENTRY_FORMAT } from '../lib/core/fragmentStore.ts'

describe('a verdict', () => {
  const limit = { atMost: 2 }
  /** The first number is the value of the rounds that follow. */
  const decide = (value: number, ...rounds: number[]) => decideVerdict({ value, rounds }, limit)

  it('a target is met when the ratio and the middle half of the rounds keep the limit', () => {
    expect(decide(1.5, 9, 1.9, 1.5, 1.2, 1)).toBe('met')
  })

  it('a target is missed when neither the ratio nor the middle half keeps the limit', () => {
    expect(decide(2.5, 1, 2.1, 2.5, 2.8, 3)).toBe('missed')
  })

  it('a verdict is unclear when the limit is within the middle half of the rounds', () => {
    expect(decide(1.9, 1.7, 1.8, 1.9, 2.1, 2.2)).toBe('unclear')
    expect(decide(2.1, 1.8, 1.9, 2.1, 2.2, 2.3)).toBe('unclear')
  })

  it('a verdict is unclear when the ratio contradicts the middle half of the rounds', () => {
    expect(decide(2.41, 1.3, 1.4, 1.5, 1.6, 2.9)).toBe('unclear')
  })

  it('three rounds are too few for one of them to be left out of a verdict', () => {
    expect(decide(1.5, 1.4, 1.5, 2.1)).toBe('unclear')
  })

  it('a lower limit is judged like an upper limit', () => {
    const judge = (...rounds: number[]) => decideVerdict({ value: median(rounds), rounds }, { atLeast: 4 })
    expect([judge(4, 5, 6), judge(3, 3.5, 3.9), judge(3, 4, 5)]).toEqual(['met', 'missed', 'unclear'])
  })

  it('a target without a limit has no verdict', () => {
    expect(decideVerdict({ value: 1, rounds: [1] }, {})).toBeUndefined()
  })
})

describe('figures', () => {
  const collect = (...numbers: number[]) => numbers.map((cpu) => ({ cpu }))

  it('a ratio is the ratio of the two medians that the tables print', () => {
    const { value, rounds } = compareRounds(collect(60, 124, 130), collect(40, 90, 50), 'cpu')
    expect(value).toBe(124 / 50)
    expect(rounds).toEqual([60 / 40, 124 / 90, 130 / 50])
  })

  it('the median of an even number of rounds is the mean of the middle two', () => {
    expect(median([4, 1, 3, 9])).toBe(3.5)
  })

  it('the middle half leaves out a quarter of the rounds at each end, rounded down', () => {
    expect(getMiddleHalf([5, 1, 4, 2, 3])).toEqual([2, 4])
    expect(getMiddleHalf([1, 3, 2])).toEqual([1, 3])
    expect(getMiddleHalf([7])).toEqual([7, 7])
  })

  it('a target shows the lowest and the highest ratio of the rounds', () => {
    const measured = { on: { value: 1.48, rounds: [1.5, 1.31, 1.62] } }
    const target = { part: '100x3', title: 'cold', atMost: 1.6, measured, verdicts: { on: 'unclear' } }
    expect(formatTargetTable([target])).toContain('| ≤ 1.6× | 1.48× (1.31–1.62) | unclear |')
  })

  it('a target of a single measurement shows no spread', () => {
    const target = {
      part: 'a',
      title: 'bytes',
      measured: { on: { value: 0.37, rounds: [0.37] } },
      verdicts: {},
    }
    expect(formatTargetTable([target])).toContain('| 0.37× | |')
  })
})

describe('the visible text of a document', () => {
  it('an entity is the same text as its character', () => {
    const written =
      '<body><p>&ldquo;Don&rsquo;t&rdquo; &mdash; 3&nbsp;&lt;&nbsp;4 &amp;amp; &minus;1</p></body>'
    const parsed = '<body><p>“Don’t” — 3\u00a0&lt;\u00a04 &amp;amp; −1</p></body>'
    expect(extractVisibleText(written)).toBe('“Don’t” — 3 < 4 &amp; −1')
    expect(extractVisibleText(parsed)).toBe(extractVisibleText(written))
  })
})

describe('the order of measurements', () => {
  const variants = ['on', 'off'].flatMap((build) =>
    modes.map(({ name, group }: { name: string; group: string }) => ({ build, name, group })),
  )
  async function recordOrder(seed: number, rounds = 40) {
    const order: (typeof variants)[] = []
    let measured = 0
    await measureInterleaved(variants, rounds, createRandom(seed), (variant: (typeof variants)[0]) => {
      const round = Math.floor(measured++ / variants.length)
      order[round] = [...(order[round] ?? []), variant]
    })
    return order
  }

  it('every round measures each mode of each build once', async () => {
    for (const round of await recordOrder(1)) {
      expect(round).toHaveLength(variants.length)
      expect(new Set(round).size).toBe(variants.length)
    }
  })

  it('the same seed repeats the order, and another seed changes it', async () => {
    expect(await recordOrder(1)).toEqual(await recordOrder(1))
    expect(await recordOrder(1)).not.toEqual(await recordOrder(2))
  })

  it('a mode follows different modes in different rounds', async () => {
    const rounds = await recordOrder(1)
    for (const variant of variants) {
      const predecessors = new Set(rounds.map((round) => round[round.indexOf(variant) - 1]))
      expect(predecessors.size).toBeGreaterThan(2)
    }
  })

  it('modes of a build and a group are measured one after the other', async () => {
    for (const round of await recordOrder(1)) {
      const blocks = round.map(({ build, group }) => `${build} ${group}`)
      const changes = blocks.filter((block, index) => block !== blocks[index - 1])
      expect(changes).toHaveLength(new Set(blocks).size)
      expect(round.findLastIndex(({ build }) => build === round[0]?.build)).toBe(modes.length - 1)
    }
  })

  it('results are in the order of the variants', async () => {
    const measure = ({ name }: { name: string }) => name
    const results = await measureInterleaved(variants, 2, createRandom(3), measure)
    expect(results).toEqual(variants.map(({ name }) => [name, name]))
  })
})

describe('descriptions', () => {
  it('the description of the measurement names the seed, the warm-up and its minimum', () => {
    const settings = { rounds: 5, seconds: 0.5, loads: 5, seed: 4711, nodeVersion: 'v20', buildNames: ['on'] }
    const text = describeMeasurement(settings).replaceAll('\n', ' ')
    expect(text).toContain('`--seed 4711`')
    expect(text).toContain('at least 100 times')
    expect(text).toContain('is loaded by one connection')
    expect(text).not.toMatch(/undefined|NaN/)
  })

  it('the cost of an ETag is described as the figures of two servers', () => {
    const createMode = (cpu: number) => ({ bytes: 2048, server: [{ cpu, perSecond: 1000 / cpu }] })
    const byMode = { hit: createMode(4), static: createMode(18.1), 'static-no-etag': createMode(3.9) }
    const text = describePrerendered({ compressed: byMode, identity: byMode }).replaceAll('\n', ' ')
    expect(text).toContain('18.1 ms of CPU on the server with ETags, and 3.9 ms on the server without')
    expect(text).not.toMatch(/undefined|NaN/)
  })

  it('the text about a profile follows from its figures', () => {
    const titles = ['no cache', 'hits', 'misses', 'nested, no cache', 'nested, misses', 'empty page']
    const describeProfile = (missMs: number) =>
      describeTimes(
        titles.map((title) => ({ title, times: parts.map(() => (title === 'misses' ? missMs : 1)) })),
      ).replaceAll('\n', ' ')
    expect(describeProfile(2)).toContain('2.00× of the page without a cache, and 2.00× of a hit')
    expect(describeProfile(0.5)).toContain('0.50× of the page without a cache, and 0.50× of a hit')
    expect(describeProfile(1)).not.toMatch(/undefined|NaN/)
  })

  it('entries of the Redis benchmark have the current format', () => {
    expect(createEntry(Buffer.alloc(1), []).format).toBe(ENTRY_FORMAT)
  })
})
