import { describe, expect, it } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import { getCurrentScope, type ScopeResult } from '../../../lib/core/dependencyScope.ts'
import { createSite, register } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

describe('a parent whose output is complete (rule 5)', () => {
  it('a parent is not stored before the metadata of a child is final', async () => {
    const site = createSite()
    const page = site.request()
    const slow = createDeferred<ScopeResult>()
    const served = await page.serve('parent', async function* () {
      yield page.fragment('child', function* () {
        getCurrentScope()?.addChild(slow.promise)
        yield 'Story 1'
      })
    })
    expect(served.value).toBe('Story 1')
    await flushEventLoop()
    expect(await site.stored('parent')).toBeUndefined()
    slow.resolve({
      dependencies: new Set(['story:1']),
      staleAt: 5,
      discardAt: 7,
      uncacheableReason: undefined,
    })
    expect(await served.report).toMatchObject({ stored: true, dependencies: ['story:1'] })
    expect((await served.metadata).staleAt).toBe(5)
  })

  it('a parent waits for a child that its output does not await', async () => {
    const site = createSite()
    const page = site.request()
    const gate = createDeferred<void>()
    const served = await page.serve('parent', function* () {
      // Like a child in Suspense, for which the parent does not wait.
      void page.fragment('child', async function* () {
        await gate.promise
        register('story:1')
        yield 'late'
      })
      yield 'parent'
    })
    expect(served.value).toBe('parent')
    await flushEventLoop()
    expect(site.happened()).toEqual(['miss parent', 'miss child'])
    gate.resolve()
    expect((await served.report).dependencies).toEqual(['story:1'])
    expect(await site.expire('story:1')).toBe(2)
  })

  it('a parent waits for a child whose lookup has not ended', async () => {
    const site = createSite()
    const page = site.request()
    const answered = createDeferred<void>()
    const { lookup } = site.store
    const served = await page.serve('parent', function* () {
      site.store.lookup = async (requests) => {
        await answered.promise
        return lookup(requests)
      }
      void page.fragment('child', function* () {
        register('story:1')
        yield 'late'
      })
      yield 'parent'
    })
    await flushEventLoop()
    expect(site.happened()).toEqual(['miss parent'])
    answered.resolve()
    expect((await served.report).dependencies).toEqual(['story:1'])
  })

  it('a parent waits for a child that another request fills', async () => {
    const site = createSite()
    const [page, other] = [site.request(), site.request()]
    const gate = createDeferred<void>()
    const child = (request: typeof page) =>
      request.fragment('child', async function* () {
        await gate.promise
        register('story:1')
        yield 'late'
      })
    const remoteChild = child(other)
    await flushEventLoop()
    const served = await page.serve('parent', function* () {
      void child(page)
      yield 'parent'
    })
    await flushEventLoop()
    expect(await site.stored('parent')).toBeUndefined()
    gate.resolve()
    expect((await served.report).dependencies).toEqual(['story:1'])
    await remoteChild
  })

  it('a parent is not stored when a child fails that its output does not await', async () => {
    const site = createSite()
    const page = site.request()
    const served = await page.serve('parent', function* () {
      page
        .fragment('child', async function* () {
          yield 'half'
          throw new Error('child')
        })
        .catch(() => {})
      yield 'parent'
    })
    expect(await served.report).toMatchObject({ stored: false, reason: 'nested' })
    expect(await site.stored('parent')).toBeUndefined()
  })

  it('a parent waits for dependencies that a finalizer collects', async () => {
    const site = createSite()
    const page = site.request()
    const gate = createDeferred<void>()
    const served = await page.serve('section', () => ['output'], {
      onScope(scope) {
        scope.onFinalize(async () => {
          await gate.promise
          scope.register(['collected'])
        })
      },
    })
    await flushEventLoop()
    expect(await site.stored('section')).toBeUndefined()
    gate.resolve()
    expect((await served.report).dependencies).toEqual(['collected'])
  })
})
