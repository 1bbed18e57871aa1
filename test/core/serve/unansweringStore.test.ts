import { describe, expect, it, vi } from 'vitest'
import { createEngine } from '../../../lib/core/createEngine.ts'
import { createDependencyScope } from '../../../lib/core/dependencyScope.ts'
import type { Engine } from '../../../lib/core/engine.ts'
import { createFragmentRequest } from '../../../lib/core/fragmentRequest.ts'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { invalidateInStore } from '../../../lib/core/invalidateInStore.ts'
import type { RequestContext } from '../../../lib/core/requestContext.ts'
import { serveFragment } from '../../../lib/core/serve/serveFragment.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'

const never = () => new Promise<never>(() => {})

function serve(
  engine: Engine,
  { name = 'story', ...options }: Partial<RequestContext> & { name?: string } = {},
) {
  const context = { dataReadSince: 0, now: () => 0, storedByHost: false, ...options }
  return serveFragment<string>(engine, createFragmentRequest({ name, version: '1' }), context, {
    prefersStored: false,
    render: () => ({
      read: () => 'shown',
      complete: Promise.resolve(),
      encode: async () => ({ payload: new TextEncoder().encode('shown') }),
    }),
    decode: async (payload) => new TextDecoder().decode(payload),
  })
}

function createEngineOn(fault: Partial<FragmentStore>) {
  const errors: unknown[] = []
  const engine = createEngine(
    { ...memoryStore({ name: false }), isLocal: false, ...fault },
    { storeTimeout: 20, leaseWait: 20 },
  )
  engine.events.on((event) => {
    if (event.type === 'store-error') errors.push(event.error)
  })
  return { engine, errors }
}

describe('a store that never answers (rule 19)', () => {
  for (const operation of ['lookup', 'lease', 'commit', 'release'] as const) {
    it(`a page is served although the store does not answer to ${operation}`, async () => {
      const { engine, errors } = createEngineOn({ [operation]: never })
      const served = await serve(engine)
      expect(served.value).toBe('shown')
      await served.report.promise
      // No page waits for a release.
      await vi.waitFor(() => expect(errors).toEqual([expect.objectContaining({ code: 'CC_STORE_TIMEOUT' })]))
    })
  }

  it('a request does not wait without end for the lease of another process', async () => {
    const { engine } = createEngineOn({ lease: async () => undefined, waitForRelease: never })
    expect((await serve(engine)).value).toBe('shown')
  })

  it('an expiry rejects when the store does not answer', async () => {
    const { engine } = createEngineOn({ expire: never })
    await expect(invalidateInStore(engine, ['story:1'], 'expire')).rejects.toMatchObject({
      code: 'CC_EXPIRE_FAILED',
    })
  })
})

describe('a host whose check throws', () => {
  it('an entry of another process is not used when the check of the host throws', async () => {
    const store = memoryStore({ name: false })
    const other = createEngine(store)
    await (await serve(other)).report
    let lookups = 0
    const { engine } = createEngineOn({
      ...store,
      lease: async () => undefined,
      lookup: async (requests) => {
        const replies = await store.lookup(requests)
        return lookups++ === 0 ? replies.map((each) => ({ ...each, entry: undefined })) : replies
      },
    })
    const checkHostFreshness = () => {
      throw new Error('no manifest')
    }
    const served = await serve(engine, { checkHostFreshness })
    expect(served.value).toBe('shown')
    expect((await served.report.promise).outcome).toBe('miss')
  })
})

describe('a dependency scope', () => {
  it('a scope waits for a child that a finalizer adds', async () => {
    const scope = createDependencyScope(undefined, { name: 'story', label: 'fragment "story"' })
    scope.onFinalize(async () => {
      await Promise.resolve()
      const inner = createDependencyScope(undefined, { name: 'inner', label: 'fragment "inner"' })
      inner.register(['author:7'])
      scope.addChild(Promise.resolve(inner.finalize()))
    })
    expect([...(await scope.finalize()).dependencies]).toEqual(['author:7'])
  })

  it('a scope is as old as its oldest child', async () => {
    const scope = createDependencyScope(undefined, {
      name: 'list',
      label: 'fragment "list"',
      storeDataReadSince: 2_000,
    })
    const joined = {
      dependencies: new Set<string>(),
      staleAt: Infinity,
      discardAt: Infinity,
      uncacheableReason: undefined,
    }
    scope.addChild(Promise.resolve({ ...joined, storeDataReadSince: 1_000 }))
    await scope.finalize()
    expect(scope.storeDataReadSince).toBe(1_000)
  })
})
