import { describe, expect, it } from 'vitest'
import { createCapture } from '../../../lib/core/capture.ts'
import { createEngine } from '../../../lib/core/createEngine.ts'
import { expireInStore } from '../../../lib/core/expire.ts'
import { streamOf } from '../../../lib/core/replay.ts'
import { serve } from '../../../lib/core/serve.ts'
import type { ServeRequest } from '../../../lib/core/serveRequest.ts'
import type { FragmentStore } from '../../../lib/core/store.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'

const never = () => new Promise<never>(() => {})

function request(name = 'story'): ServeRequest<string> {
  return {
    name,
    version: '1',
    route: undefined,
    began: 0,
    now: () => 0,
    embed: false,
    encode: () => streamOf(new TextEncoder().encode('shown')),
    decode: (body) => new Response(body as BodyInit).text(),
  }
}

function engineOn(weakness: Partial<FragmentStore>) {
  const errors: unknown[] = []
  const engine = createEngine(
    { ...memoryStore({ name: false }), ...weakness },
    { storeTimeout: 20, leaseWait: 20 },
  )
  engine.events.on((event) => {
    if (event.type === 'store-error') errors.push(event.error)
  })
  return { engine, errors }
}

describe('rule 19: a store that never answers', () => {
  for (const operation of ['lookup', 'lease', 'commit', 'release'] as const) {
    it(`costs a page its ${operation}, and no more`, async () => {
      const { engine, errors } = engineOn({ [operation]: never })
      const served = await serve(engine, request())
      expect(served.value).toBe('shown')
      await served.report
      expect(errors).toEqual([expect.objectContaining({ code: 'CC_STORE_TIMEOUT' })])
    })
  }

  it('does not keep who waits for another process', async () => {
    const { engine } = engineOn({ lease: async () => undefined, settled: never })
    expect((await serve(engine, request())).value).toBe('shown')
  })

  it('makes an expiry reject', async () => {
    const { engine } = engineOn({ expire: never })
    await expect(expireInStore(engine, ['story:1'])).rejects.toMatchObject({ code: 'CC_EXPIRE_FAILED' })
  })
})

describe('a host that fails to judge an entry', () => {
  it('has not vouched for it, also after waiting for another process', async () => {
    const store = memoryStore({ name: false })
    const other = createEngine(store)
    await (await serve(other, request())).report
    let lookups = 0
    const { engine } = engineOn({
      ...store,
      lease: async () => undefined,
      lookup: async (requests) => {
        const found = await store.lookup(requests)
        return lookups++ === 0 ? found.map((each) => ({ ...each, entry: undefined })) : found
      },
    })
    const judge = () => {
      throw new Error('no manifest')
    }
    const served = await serve(engine, { ...request(), judge })
    expect(served.value).toBe('shown')
    expect((await served.report).outcome).toBe('miss')
  })
})

describe('a capture', () => {
  it('waits for what its last tasks bring to follow', async () => {
    const capture = createCapture(undefined, { name: 'story', label: 'fragment "story"' })
    capture.beforeFinal(async () => {
      await Promise.resolve()
      const inner = createCapture(undefined, { name: 'inner', label: 'fragment "inner"' })
      inner.register(['author:7'])
      capture.follow(inner.finish())
    })
    expect([...(await capture.finish()).dependencies]).toEqual(['author:7'])
  })

  it('is as old as the oldest read it follows', async () => {
    const capture = createCapture(undefined, { name: 'list', label: 'fragment "list"', readSince: 2_000 })
    const joined = {
      dependencies: new Set<string>(),
      staleAt: Infinity,
      goneAt: Infinity,
      refusal: undefined,
    }
    capture.follow(Promise.resolve({ ...joined, readSince: 1_000 }))
    await capture.finish()
    expect(capture.readSince).toBe(1_000)
  })
})
