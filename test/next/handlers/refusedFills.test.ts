import { expect, it } from 'vitest'
import { createRefusedFills } from '../../../lib/next/handlers/refusedFills.ts'
import { fakeClock } from '../../support/fakeClock.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

const tokenOf = (clock: number, epoch = 'epoch') => ({ epoch, clock })
const now = tokenOf(9)

it('output that may contain a refused fill has the age of the fill', () => {
  const fills = createRefusedFills(() => 100)
  expect(fills.limitToken(now, ['a'], 50)).toBe(now)
  fills.begin(['a']).refuse(tokenOf(4))
  expect(fills.limitToken(now, ['a', 'b'], 50)).toEqual(tokenOf(4))
  fills.begin(['a']).refuse(tokenOf(3))
  fills.begin(['a']).refuse(tokenOf(5))
  expect(fills.limitToken(now, ['a', 'b'], 50)).toEqual(tokenOf(3))
})

it('output that cannot contain a refused fill keeps its own age', () => {
  const fills = createRefusedFills(() => 100)
  fills.begin(['a', 'b']).refuse(tokenOf(4))
  expect(fills.limitToken(now, ['a'], 50)).toEqual(now)
  expect(fills.limitToken(now, ['a', 'b'], 101)).toEqual(now)
})

it('output that may contain a fill of unknown age is not stored', () => {
  const fills = createRefusedFills(() => 100)
  fills.begin([]).refuse(undefined)
  expect(fills.limitToken(now, ['a'], 50)).toBeUndefined()
  expect(fills.limitToken(now, ['a'], 101)).toEqual(now)
})

it('output with a fill of another epoch has a token that no store accepts', () => {
  const fills = createRefusedFills(() => 100)
  fills.begin(['a']).refuse(tokenOf(4, 'lost'))
  expect(fills.limitToken(now, ['a'], 50)?.epoch).not.toBe('epoch')
})

it('a fill is forgotten when no render can contain it any more', () => {
  const clock = fakeClock(0)
  const fills = createRefusedFills(clock.now)
  fills.begin(['a']).refuse(tokenOf(4))
  clock.advance(600_001)
  fills.begin(['b']).refuse(tokenOf(5))
  expect(fills.limitToken(now, ['a'], 0)).toEqual(now)
})

it('output from before the forgotten fills is not stored when there were too many', () => {
  const clock = fakeClock(0)
  const fills = createRefusedFills(clock.now)
  for (let count = 0; count < 1_001; count++) {
    fills.begin([`${count}`]).refuse(tokenOf(4))
    clock.advance(1)
  }
  expect(fills.limitToken(now, ['other'], 0)).toBeUndefined()
  expect(fills.limitToken(now, ['other'], 1)).toEqual(now)
  expect(fills.limitToken(now, ['500'], 1)).toEqual(tokenOf(4))
})

it('a fill waits for earlier complete fills that it may contain, and for no others', async () => {
  const fills = createRefusedFills(() => 100)
  const inner = fills.begin(['a'])
  const other = fills.begin(['x'])
  const outer = fills.begin(['a', 'b'])
  const limiting = outer.limitToken(now, 50)
  expect(await Promise.race([limiting, flushEventLoop().then(() => 'waits')])).toBe('waits')
  inner.refuse(tokenOf(4))
  expect(await limiting).toEqual(tokenOf(4))
  // Of two with the same objects, only the later one waits.
  const twin = fills.begin(['x'])
  expect(await other.limitToken(now, 50)).toEqual(now)
  other.end()
  expect(await twin.limitToken(now, 50)).toEqual(now)
})

it('data waits for the complete fills that it may contain', async () => {
  const fills = createRefusedFills(() => 100)
  const inner = fills.begin(['a'])
  await fills.settle(['b'])
  const settling = fills.settle(['a', 'b'])
  expect(await Promise.race([settling, flushEventLoop().then(() => 'waits')])).toBe('waits')
  inner.end()
  await settling
})
