import { describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../../lib/core/deferred.ts'
import {
  createDependencyScope,
  getCurrentScope,
  runInScope,
  type ScopeResult,
} from '../../lib/core/dependencyScope.ts'
import { UNCACHEABLE_REASONS } from '../../lib/core/metadata.ts'
import { flushEventLoop } from '../support/flushEventLoop.ts'

const createScope = (options: Partial<Parameters<typeof createDependencyScope>[1]> = {}) =>
  createDependencyScope(undefined, { name: 'test', label: 'test', ...options })

const inner = (fields: Partial<ScopeResult> = {}): Promise<ScopeResult> =>
  Promise.resolve({
    dependencies: new Set<string>(),
    staleAt: Infinity,
    discardAt: Infinity,
    uncacheableReason: undefined,
    ...fields,
  })

describe('the dependencies of a scope', () => {
  it('a scope collects each key once', async () => {
    const scope = createScope()
    scope.register(['a', 'b'])
    scope.register(['b', 'c'])
    expect([...(await scope.finalize()).dependencies]).toEqual(['a', 'b', 'c'])
  })

  it('a scope includes the dependencies of its children', async () => {
    const scope = createScope()
    scope.register(['a'])
    scope.addChild(inner({ dependencies: new Set(['a', 'b']) }))
    scope.addChild(inner({ dependencies: new Set(['c']) }))
    expect([...(await scope.finalize()).dependencies].sort()).toEqual(['a', 'b', 'c'])
  })

  it('a registration after the scope is final is reported, not collected', async () => {
    const onLate = vi.fn()
    const scope = createScope({ onLateRegistration: onLate })
    scope.register(['a'])
    const { dependencies } = await scope.finalize()
    scope.register(['late'])
    expect([...dependencies]).toEqual(['a'])
    expect(onLate.mock.calls).toEqual([[['late']]])
  })
})

describe('a final scope (rule 5)', () => {
  it('a scope becomes final only after its children', async () => {
    const scope = createScope()
    const slow = createDeferred<ScopeResult>()
    scope.addChild(inner({ dependencies: new Set(['quick']) }))
    scope.addChild(slow.promise)
    let isFinal = false
    const finishing = Promise.resolve(scope.finalize()).finally(() => {
      isFinal = true
    })
    await flushEventLoop()
    expect(isFinal).toBe(false)
    slow.resolve(await inner({ dependencies: new Set(['slow']) }))
    expect([...(await finishing).dependencies]).toEqual(['quick', 'slow'])
  })

  it('a scope becomes final after a child that was added while it waited', async () => {
    const scope = createScope()
    const [first, second] = [createDeferred<ScopeResult>(), createDeferred<ScopeResult>()]
    scope.addChild(first.promise)
    const finishing = scope.finalize()
    scope.addChild(second.promise)
    first.resolve(await inner())
    await flushEventLoop()
    second.resolve(await inner({ dependencies: new Set(['second']) }))
    expect([...(await finishing).dependencies]).toEqual(['second'])
  })

  it('a scope becomes final after work that a finalizer added', async () => {
    const scope = createScope()
    const slow = createDeferred<ScopeResult>()
    scope.onFinalize(() => {
      scope.addChild(slow.promise)
      scope.onFinalize(() => scope.register(['collected']))
    })
    const finishing = scope.finalize()
    await flushEventLoop()
    slow.resolve(await inner({ dependencies: new Set(['slow']) }))
    expect([...(await finishing).dependencies].sort()).toEqual(['collected', 'slow'])
  })

  it('a scope is uncacheable when a finalizer fails', async () => {
    const scope = createScope()
    const error = new Error('the framework has changed')
    scope.onFinalize(() => Promise.reject(error))
    expect((await scope.finalize()).uncacheableReason).toBe('error')
    expect(scope.uncacheable).toEqual({ reason: 'error', error })
  })

  it('finalizers run one by one, after the children', async () => {
    const scope = createScope()
    const order: string[] = []
    scope.addChild(inner().finally(() => order.push('inner')))
    scope.onFinalize(async () => {
      await flushEventLoop()
      scope.register(['first'])
      order.push('first')
    })
    scope.onFinalize(() => {
      scope.register(['second'])
      order.push('second')
    })
    expect([...(await scope.finalize()).dependencies]).toEqual(['first', 'second'])
    expect(order).toEqual(['inner', 'first', 'second'])
  })
})

describe('the lifetime of a render (rule 7)', () => {
  it('a lifetime without limits is unlimited', async () => {
    expect(await createScope().finalize()).toMatchObject({ staleAt: Infinity, discardAt: Infinity })
  })

  it('the lifetime of a scope is the shortest of its own limits and its children', async () => {
    const scope = createScope({ storeDataReadSince: 1_000 })
    scope.limitRelativeLifetime(100, 900)
    scope.addChild(inner({ staleAt: 1_200, discardAt: 1_300 }))
    scope.limitLifetime({ staleAt: 5_000, discardAt: 5_000 })
    expect(await scope.finalize()).toMatchObject({ staleAt: 1_100, discardAt: 1_300 })
  })

  it('a lifetime counts from the start of its parent when its own start is unknown', async () => {
    const loader = createScope()
    loader.limitRelativeLifetime(50, 70)
    loader.limitRelativeLifetime(60, 60)
    const scope = createScope({ storeDataReadSince: 1_000 })
    scope.addChild(Promise.resolve(loader.finalize()))
    expect(await scope.finalize()).toMatchObject({ staleAt: 1_050, discardAt: 1_060 })
  })

  it('a lifetime passes through any number of unknown starts', async () => {
    const loader = createScope()
    loader.limitRelativeLifetime(50, 70)
    const between = createScope()
    between.addChild(Promise.resolve(loader.finalize()))
    const scope = createScope({ storeDataReadSince: 1_000 })
    scope.addChild(Promise.resolve(between.finalize()))
    expect(await scope.finalize()).toMatchObject({ staleAt: 1_050, discardAt: 1_070 })
  })
})

describe('an uncacheable scope', () => {
  it('an uncacheable scope keeps its most specific reason', async () => {
    const scope = createScope()
    scope.markUncacheable('dynamic', 'first')
    scope.markUncacheable('nested', 'lesser')
    expect(scope.uncacheable).toEqual({ reason: 'dynamic', error: 'first' })
    scope.markUncacheable('error', 'greater')
    scope.markUncacheable('error', 'second of a kind')
    expect(scope.uncacheable).toEqual({ reason: 'error', error: 'greater' })
    expect((await scope.finalize()).uncacheableReason).toBe('error')
  })

  it.each(UNCACHEABLE_REASONS)(
    'an uncacheable child makes its parent uncacheable: %s',
    async (uncacheableReason) => {
      const scope = createScope()
      scope.addChild(inner({ uncacheableReason }))
      const expected = uncacheableReason === 'store-down' ? 'store-down' : 'nested'
      expect((await scope.finalize()).uncacheableReason).toBe(expected)
    },
  )

  it('a scope is uncacheable when a child fails', async () => {
    const scope = createScope()
    const error = new Error('inner')
    scope.addChild(Promise.reject(error))
    expect((await scope.finalize()).uncacheableReason).toBe('nested')
    expect(scope.uncacheable).toEqual({ reason: 'nested', error })
  })
})

describe('the token of a render (rule 13)', () => {
  const token = (clock: number) => ({ epoch: 'e', clock })

  it('a token is as old as the oldest read inside its scope', async () => {
    const scope = createScope({ token: token(5) })
    scope.addChild(inner({ token: token(7) }))
    scope.addChild(inner({ token: token(3) }))
    scope.addChild(inner({ token: token(4) }))
    scope.addChild(inner())
    await scope.finalize()
    expect(scope.token).toEqual(token(3))
  })

  it('the store time of a token is as old as the oldest read inside its scope', async () => {
    const scope = createScope({ storeDataReadSince: 50 })
    scope.addChild(inner({ storeDataReadSince: 70 }))
    scope.addChild(inner({ storeDataReadSince: 30 }))
    scope.addChild(inner())
    await scope.finalize()
    expect(scope.storeDataReadSince).toBe(30)
  })
})

describe('the scope of running code', () => {
  it('the current scope is the innermost one', () => {
    const [outer, nested] = [createScope(), createScope()]
    const scopes = runInScope(outer, () => [
      getCurrentScope(),
      runInScope(nested, () => getCurrentScope()),
      getCurrentScope(),
    ])
    expect(scopes).toEqual([outer, nested, outer])
  })

  it('code outside a scope has no current scope (rule 3)', () => {
    expect(getCurrentScope()).toBeUndefined()
  })
})
