import { expect, it } from 'vitest'
import { createRefusedFills } from '../../../lib/next/handlers/refusedFills.ts'
import { fakeClock } from '../../support/fakeClock.ts'

const tokenOf = (clock: number, epoch = 'epoch') => ({ epoch, clock })
const now = tokenOf(9)

it('output that may contain a refused fill has the age of the fill', () => {
  const fills = createRefusedFills(() => 100)
  expect(fills.limitToken(now, ['a'], 50)).toBe(now)
  fills.add({ dependencies: ['a'], token: tokenOf(4), endedAt: 100 })
  expect(fills.limitToken(now, ['a', 'b'], 50)).toEqual(tokenOf(4))
  fills.add({ dependencies: ['a'], token: tokenOf(3), endedAt: 100 })
  fills.add({ dependencies: ['a'], token: tokenOf(5), endedAt: 100 })
  expect(fills.limitToken(now, ['a', 'b'], 50)).toEqual(tokenOf(3))
})

it('output that cannot contain a refused fill keeps its own age', () => {
  const fills = createRefusedFills(() => 100)
  fills.add({ dependencies: ['a', 'b'], token: tokenOf(4), endedAt: 100 })
  expect(fills.limitToken(now, ['a'], 50)).toEqual(now)
  expect(fills.limitToken(now, ['a', 'b'], 101)).toEqual(now)
})

it('output that may contain a fill of unknown age is not stored', () => {
  const fills = createRefusedFills(() => 100)
  fills.add({ dependencies: [], token: undefined, endedAt: 100 })
  expect(fills.limitToken(now, ['a'], 50)).toBeUndefined()
  expect(fills.limitToken(now, ['a'], 101)).toEqual(now)
})

it('output with a fill of another epoch has a token that no store accepts', () => {
  const fills = createRefusedFills(() => 100)
  fills.add({ dependencies: ['a'], token: tokenOf(4, 'lost'), endedAt: 100 })
  expect(fills.limitToken(now, ['a'], 50)?.epoch).not.toBe('epoch')
})

it('a fill is forgotten when no render can contain it any more', () => {
  const clock = fakeClock(0)
  const fills = createRefusedFills(clock.now)
  fills.add({ dependencies: ['a'], token: tokenOf(4), endedAt: 0 })
  clock.advance(600_001)
  fills.add({ dependencies: ['b'], token: tokenOf(5), endedAt: 600_001 })
  expect(fills.limitToken(now, ['a'], 0)).toEqual(now)
})

it('output from before the forgotten fills is not stored when there were too many', () => {
  const clock = fakeClock(0)
  const fills = createRefusedFills(clock.now)
  for (let count = 0; count < 1_001; count++) {
    fills.add({ dependencies: [`${count}`], token: tokenOf(4), endedAt: clock.now() })
    clock.advance(1)
  }
  expect(fills.limitToken(now, ['other'], 0)).toBeUndefined()
  expect(fills.limitToken(now, ['other'], 1)).toEqual(now)
  expect(fills.limitToken(now, ['500'], 1)).toEqual(tokenOf(4))
})
