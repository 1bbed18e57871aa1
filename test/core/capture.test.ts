import { describe, expect, it, vi } from 'vitest'
import { createCapture, currentCapture, type Followed, runInCapture } from '../../lib/core/capture.ts'
import { deferred } from '../../lib/core/deferred.ts'
import { refusals } from '../../lib/core/metadata.ts'
import { quiet } from '../support/quiet.ts'

const capture = (options: Partial<Parameters<typeof createCapture>[1]> = {}) =>
  createCapture(undefined, { name: 'test', label: 'test', ...options })

const inner = (fields: Partial<Followed> = {}): Promise<Followed> =>
  Promise.resolve({
    dependencies: new Set<string>(),
    staleAt: Infinity,
    goneAt: Infinity,
    refusal: undefined,
    ...fields,
  })

describe('what a render registered', () => {
  it('is collected once each', async () => {
    const own = capture()
    own.register(['a', 'b'])
    own.register(['b', 'c'])
    expect([...(await own.finish()).dependencies]).toEqual(['a', 'b', 'c'])
  })

  it('joins with that of everything inside it', async () => {
    const own = capture()
    own.register(['a'])
    own.follow(inner({ dependencies: new Set(['a', 'b']) }))
    own.follow(inner({ dependencies: new Set(['c']) }))
    expect([...(await own.finish()).dependencies].sort()).toEqual(['a', 'b', 'c'])
  })

  it('is reported, not collected, when it comes after the end', async () => {
    const onLate = vi.fn()
    const own = capture({ onLate })
    own.register(['a'])
    const { dependencies } = await own.finish()
    own.register(['late'])
    expect([...dependencies]).toEqual(['a'])
    expect(onLate.mock.calls).toEqual([[['late']]])
  })
})

describe('rule 5: a render is final', () => {
  it('only when everything inside it is', async () => {
    const own = capture()
    const slow = deferred<Followed>()
    own.follow(inner({ dependencies: new Set(['quick']) }))
    own.follow(slow.promise)
    let isFinal = false
    const finishing = own.finish().finally(() => {
      isFinal = true
    })
    await quiet()
    expect(isFinal).toBe(false)
    slow.resolve(await inner({ dependencies: new Set(['slow']) }))
    expect([...(await finishing).dependencies]).toEqual(['quick', 'slow'])
  })

  it('also after what began while it waited', async () => {
    const own = capture()
    const [first, second] = [deferred<Followed>(), deferred<Followed>()]
    own.follow(first.promise)
    const finishing = own.finish()
    own.follow(second.promise)
    first.resolve(await inner())
    await quiet()
    second.resolve(await inner({ dependencies: new Set(['second']) }))
    expect([...(await finishing).dependencies]).toEqual(['second'])
  })

  it('also after what a task at the end brought, tasks included', async () => {
    const own = capture()
    const slow = deferred<Followed>()
    own.beforeFinal(() => {
      own.follow(slow.promise)
      own.beforeFinal(() => own.register(['collected']))
    })
    const finishing = own.finish()
    await quiet()
    slow.resolve(await inner({ dependencies: new Set(['slow']) }))
    expect([...(await finishing).dependencies].sort()).toEqual(['collected', 'slow'])
  })

  it('with a refusal, when a task at the end fails', async () => {
    const own = capture()
    const error = new Error('the framework has changed')
    own.beforeFinal(() => Promise.reject(error))
    expect((await own.finish()).refusal).toBe('error')
    expect(own.refusal).toEqual({ reason: 'error', error })
  })

  it('after the tasks that collect at the end, one by one', async () => {
    const own = capture()
    const order: string[] = []
    own.follow(inner().finally(() => order.push('inner')))
    own.beforeFinal(async () => {
      await quiet()
      own.register(['first'])
      order.push('first')
    })
    own.beforeFinal(() => {
      own.register(['second'])
      order.push('second')
    })
    expect([...(await own.finish()).dependencies]).toEqual(['first', 'second'])
    expect(order).toEqual(['inner', 'first', 'second'])
  })
})

describe('rule 7: the lifetime of a render', () => {
  it('is none without limits', async () => {
    expect(await capture().finish()).toMatchObject({ staleAt: Infinity, goneAt: Infinity })
  })

  it('is the shortest of its own and of everything inside', async () => {
    const own = capture({ readSince: 1_000 })
    own.limitFor(100, 900)
    own.follow(inner({ staleAt: 1_200, goneAt: 1_300 }))
    own.limit({ staleAt: 5_000, goneAt: 5_000 })
    expect(await own.finish()).toMatchObject({ staleAt: 1_100, goneAt: 1_300 })
  })

  it('counts from the start of who uses it, when its own start is not known', async () => {
    const loader = capture()
    loader.limitFor(50, 70)
    loader.limitFor(60, 60)
    const own = capture({ readSince: 1_000 })
    own.follow(loader.finish())
    expect(await own.finish()).toMatchObject({ staleAt: 1_050, goneAt: 1_060 })
  })

  it('passes through any number of starts that are not known', async () => {
    const loader = capture()
    loader.limitFor(50, 70)
    const between = capture()
    between.follow(loader.finish())
    const own = capture({ readSince: 1_000 })
    own.follow(between.finish())
    expect(await own.finish()).toMatchObject({ staleAt: 1_050, goneAt: 1_070 })
  })
})

describe('a refusal', () => {
  it('is never taken back, and of several the most telling stands', async () => {
    const own = capture()
    own.refuse('dynamic', 'first')
    own.refuse('nested', 'lesser')
    expect(own.refusal).toEqual({ reason: 'dynamic', error: 'first' })
    own.refuse('error', 'greater')
    own.refuse('error', 'second of a kind')
    expect(own.refusal).toEqual({ reason: 'error', error: 'greater' })
    expect((await own.finish()).refusal).toBe('error')
  })

  it.each(refusals)('of what is inside is one of what is around: %s', async (refusal) => {
    const own = capture()
    own.follow(inner({ refusal }))
    expect((await own.finish()).refusal).toBe('nested')
  })

  it('follows from an inner render that failed', async () => {
    const own = capture()
    const error = new Error('inner')
    own.follow(Promise.reject(error))
    expect((await own.finish()).refusal).toBe('nested')
    expect(own.refusal).toEqual({ reason: 'nested', error })
  })
})

describe('rule 13: the token of a render', () => {
  const token = (clock: number) => ({ epoch: 'e', clock })

  it('is as old as the oldest read inside it', async () => {
    const own = capture({ token: token(5) })
    own.follow(inner({ token: token(7) }))
    own.follow(inner({ token: token(3) }))
    own.follow(inner({ token: token(4) }))
    own.follow(inner())
    await own.finish()
    expect(own.token).toEqual(token(3))
  })

  it('and its age in time are', async () => {
    const own = capture({ readSince: 50 })
    own.follow(inner({ readSince: 70 }))
    own.follow(inner({ readSince: 30 }))
    own.follow(inner())
    await own.finish()
    expect(own.readSince).toBe(30)
  })
})

describe('the capture of running code', () => {
  it('is the innermost one', () => {
    const [outer, nested] = [capture(), capture()]
    const seen = runInCapture(outer, () => [
      currentCapture(),
      runInCapture(nested, () => currentCapture()),
      currentCapture(),
    ])
    expect(seen).toEqual([outer, nested, outer])
  })

  it('rule 3: is none outside of any', () => {
    expect(currentCapture()).toBeUndefined()
  })
})
