import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import type { DependencyScope } from '../../../lib/core/dependencyScope.ts'
import { decode } from '../../support/fakeFlight.ts'
import { createSite, register } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

const fail = (): never => {
  throw new Error('database is down')
}

describe('a render that fails (rule 11)', () => {
  it.each<[string, () => AsyncIterable<string>]>([
    [
      'at once',
      async function* () {
        yield fail()
      },
    ],
    [
      'after a part',
      async function* () {
        yield 'half'
        await flushEventLoop()
        yield fail()
      },
    ],
    ['outside a generator', fail],
  ])('a render that fails %s rejects its request, and is not stored', async (_, children) => {
    const site = createSite()
    await expect(site.request().fragment('section', children)).rejects.toThrow('database is down')
    await flushEventLoop()
    expect(await site.stored('section')).toBeUndefined()
    expect(site.happened()).toEqual(['miss section', 'uncacheable section'])
    expect(site.events.at(-1)).toMatchObject({ reason: 'error', error: { message: 'database is down' } })
  })

  it('the next request tries a failed render again', async () => {
    const site = createSite()
    await site
      .request()
      .fragment('section', fail)
      .catch(() => {})
    await flushEventLoop()
    expect(await site.request().fragment('section', () => ['well'])).toBe('well')
  })

  it('a failed render also rejects the requests that joined it', async () => {
    const site = createSite()
    const gate = createDeferred<void>()
    const show = () =>
      site.request().fragment('section', async function* () {
        yield 'half'
        await gate.promise
        fail()
      })
    const shown = Promise.allSettled([show(), show(), show()])
    gate.resolve()
    expect((await shown).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await site.stored('section')).toBeUndefined()
  })

  it('a failed render keeps its parents from being stored, even if caught', async () => {
    const site = createSite()
    const page = site.request()
    const html = await page.fragment('grandparent', async function* () {
      yield page.fragment('parent', async function* () {
        yield page.fragment('child', fail).catch(() => 'sorry')
      })
    })
    expect(html).toBe('sorry')
    expect((await page.reports()).map(({ stored, reason }) => ({ stored, reason }))).toEqual([
      { stored: false, reason: 'nested' },
      { stored: false, reason: 'nested' },
    ])
    for (const name of ['child', 'parent', 'grandparent']) expect(await site.stored(name)).toBeUndefined()
  })
})

describe('a render with uncacheable output (rule 11)', () => {
  it.each(['control-flow', 'request-data', 'dynamic'] as const)(
    'uncacheable output is shown and not stored: %s',
    async (reason) => {
      const site = createSite()
      const error = new Error('reason')
      const { value, report } = await site.request().serve('section', () => ['output'], {
        onScope: (scope) => scope.markUncacheable(reason, error),
      })
      expect(value).toBe('output')
      expect(await report).toMatchObject({ outcome: 'miss', stored: false, reason, bytes: 0 })
      expect(await site.stored('section')).toBeUndefined()
      expect(site.events.at(-1)).toMatchObject({ type: 'uncacheable', reason, error })
    },
  )

  it('output that a finalizer marks as uncacheable is not stored', async () => {
    const site = createSite()
    const { report } = await site.request().serve('section', () => ['output'], {
      onScope: (scope) => scope.onFinalize(() => scope.markUncacheable('dynamic')),
    })
    expect(await report).toMatchObject({ stored: false, reason: 'dynamic' })
    expect(await site.stored('section')).toBeUndefined()
  })
})

describe('a render whose dependencies cannot be collected (rule 11)', () => {
  it('a fragment with unknown dependencies is shown, and not stored with its parents', async () => {
    const site = createSite()
    const page = site.request()
    const error = new Error('the framework has changed')
    const { value, report } = await page.serve('parent', async function* () {
      yield page.fragment('child', () => ['output'], {
        onScope: (scope) => scope.onFinalize(() => Promise.reject(error)),
      })
    })
    expect(value).toBe('output')
    expect(await report).toMatchObject({ stored: false, reason: 'nested' })
    expect(site.events).toContainEqual(
      expect.objectContaining({ type: 'uncacheable', reason: 'error', error }),
    )
    for (const name of ['child', 'parent']) expect(await site.stored(name)).toBeUndefined()
  })
})

describe('a render that takes too long (rule 11)', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  const startSlowRender = (site = createSite()) => {
    const gate = createDeferred<void>()
    const children = vi.fn(async function* () {
      register('story:1')
      yield 'first '
      await gate.promise
      yield 'last'
    })
    const page = site.request()
    return { site, page, gate, children, shown: page.fragment('section', children) }
  }

  it('a slow render is reported as uncacheable after the timeout', async () => {
    const { site } = startSlowRender(createSite({ fillTimeout: 5_000 }))
    const refused = site.next('uncacheable')
    await vi.advanceTimersByTimeAsync(4_999)
    expect(site.happened()).toEqual(['miss section'])
    await vi.advanceTimersByTimeAsync(1)
    expect(await refused).toMatchObject({
      reason: 'timeout',
      error: { code: 'CC_FILL_TIMEOUT', message: expect.stringMatching(/"section".*5000 ms/) },
    })
  })

  it('a slow render that ends after the timeout is shown, and not stored', async () => {
    const { site, gate, shown } = startSlowRender()
    await vi.advanceTimersByTimeAsync(30_000)
    gate.resolve()
    expect(await shown).toBe('first last')
    await flushEventLoop()
    expect(await site.stored('section')).toBeUndefined()
  })

  it('a slow render is not joined after the timeout', async () => {
    const { site, gate, children } = startSlowRender()
    await vi.advanceTimersByTimeAsync(29_999)
    const joined = site.request().fragment('section', children)
    await vi.advanceTimersByTimeAsync(1)
    const alone = site.request().fragment('section', children)
    gate.resolve()
    expect(await Promise.all([joined, alone])).toEqual(['first last', 'first last'])
    expect(children).toHaveBeenCalledTimes(2)
  })

  it('a render that ends just before the timeout is stored with its parents', async () => {
    const site = createSite({ fillTimeout: 1_000 })
    const page = site.request()
    const gate = createDeferred<void>()
    const shown = page.fragment('parent', async function* () {
      yield page.fragment('child', async function* () {
        await gate.promise
        yield 'late'
      })
    })
    await vi.advanceTimersByTimeAsync(999)
    gate.resolve()
    expect(await shown).toBe('late')
    await page.reports()
    expect(await site.stored('parent')).toBeDefined()
  })

  it('a parent of a slow render that it does not await is not stored', async () => {
    const site = createSite({ fillTimeout: 1_000 })
    const page = site.request()
    const served = await page.serve('parent', function* () {
      void page.fragment('child', async function* () {
        yield 'half'
        await new Promise(() => {})
      })
      yield 'parent'
    })
    expect(served.value).toBe('parent')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await served.report).toMatchObject({ stored: false })
    expect(await site.stored('parent')).toBeUndefined()
  })

  it('a render that ends in time leaves no timer behind', async () => {
    const { page, gate, shown } = startSlowRender()
    gate.resolve()
    await shown
    await page.reports()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a visitor who disconnects during a render (rule 12)', () => {
  it('a visitor who disconnects leaves a complete entry', async () => {
    const site = createSite()
    const gate = createDeferred<void>()
    const { value, report } = await site.request().serve(
      'section',
      async function* () {
        yield 'first '
        await gate.promise
        register('story:1')
        yield 'last'
      },
      {
        async decode(body) {
          const reader = (body as ReadableStream<Uint8Array>).getReader()
          const { value: chunk } = await reader.read()
          await reader.cancel('disconnected')
          return new TextDecoder().decode(chunk)
        },
      },
    )
    expect(value).toBe('first ')
    await flushEventLoop()
    expect(await site.stored('section')).toBeUndefined()
    gate.resolve()
    expect(await report).toMatchObject({ stored: true, dependencies: ['story:1'] })
    const entry = await site.stored('section')
    expect(await decode(entry?.payload as Uint8Array)).toBe('first last')
  })

  it('a visitor who disconnects does not affect a request that joined', async () => {
    const site = createSite()
    const gate = createDeferred<void>()
    const children = async function* () {
      yield 'first '
      await gate.promise
      yield 'last'
    }
    const leaver = site.request().fragment('section', children, {
      async decode(body) {
        await (body as ReadableStream<Uint8Array>).cancel('disconnected')
        return ''
      },
    })
    const stayer = site.request().fragment('section', children)
    await leaver
    gate.resolve()
    expect(await stayer).toBe('first last')
  })
})

describe('a render whose complete output is rejected', () => {
  it('rejected output is shown, not stored, and reported with the reason', async () => {
    const site = createSite()
    const error = new Error('holds a nonce')
    const examine = (payload: Uint8Array, scope: DependencyScope) => {
      if (Buffer.from(payload).includes('secret')) scope.markUncacheable('dynamic', error)
    }
    expect(await site.request().fragment('section', () => ['a ', 'secret'], { examine })).toBe('a secret')
    await flushEventLoop()
    expect(await site.stored('section')).toBeUndefined()
    expect(site.events.at(-1)).toMatchObject({ type: 'uncacheable', reason: 'dynamic', error })

    await site.request().fragment('other', () => ['a tale'], { examine })
    await flushEventLoop()
    expect(await site.stored('other')).toBeDefined()
  })
})
