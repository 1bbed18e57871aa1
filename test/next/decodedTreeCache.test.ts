import { AsyncLocalStorage } from 'node:async_hooks'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { createDecodedTree, type Output } from '../../lib/next/decodedTree.ts'
import {
  cacheDecodedTree,
  getOrDecode,
  type PayloadReader,
  peekDecodedTree,
} from '../../lib/next/decodedTreeCache.ts'
import { type CompactTree, createCompactTree } from '../../lib/react/compaction/compactTree.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { heapAfterGc } from '../support/heapAfterGc.ts'

let store: FragmentStore
let keyCount = 0

beforeEach(() => {
  store = memoryStore({ name: false })
})

/** Has the store keep a payload. */
async function storePayload(payload = new Uint8Array(1)): Promise<Uint8Array> {
  await commitEntry(store, `k${++keyCount}`, { payload })
  return payload
}

const createReader = (
  decode: () => Promise<unknown>,
  fields: Partial<PayloadReader> = {},
): PayloadReader => ({
  route: '/page',
  hasModules: () => false,
  decode: async () => ({
    output: (await decode()) as Output,
    hints: undefined,
    hasReadOnceValues: false,
    modules: new Map(),
  }),
  ...fields,
})
const getDecoded = async (payload: Uint8Array, reader: PayloadReader) =>
  (await getOrDecode(store, payload, reader)).output

function createTree(nodes: CompactTree['shape']['nodes']): CompactTree {
  return createCompactTree({
    shape: { root: 1, nodes, keys: '' },
    text: 'text',
    bounds: [0, 4],
    htmlHashes: '',
    behaviours: [],
    textBehaviours: '',
    textHash: undefined,
    slots: [],
    plainTags: undefined,
    hasTextAtRoot: false,
    dynamicParts: [],
    slotHtmlBytes: 0,
  })
}

describe('a payload', () => {
  it('a payload is decoded once for all requests of a route', async () => {
    const bytes = await storePayload()
    const decode = vi.fn(async () => 'output')
    const outputs = Array.from({ length: 100 }, () => getDecoded(bytes, createReader(decode)))
    expect(new Set(await Promise.all(outputs))).toEqual(new Set(['output']))
    expect(await getDecoded(bytes, createReader(decode))).toBe('output')
    expect(decode).toHaveBeenCalledTimes(1)
  })

  it('a payload is decoded for each route with other client modules', async () => {
    const bytes = await storePayload()
    const unknown = new Error('unknown client module')
    expect(
      await getDecoded(
        bytes,
        createReader(async () => 'for a', { route: '/a' }),
      ),
    ).toBe('for a')
    await expect(
      getDecoded(
        bytes,
        createReader(() => Promise.reject(unknown), { route: '/b' }),
      ),
    ).rejects.toBe(unknown)
    expect(
      await getDecoded(
        bytes,
        createReader(async () => 'for b', { route: '/b' }),
      ),
    ).toBe('for b')
    expect(peekDecodedTree(store, bytes, '/a')).toEqual({ value: { output: 'for a', hints: undefined } })
    expect(peekDecodedTree(store, bytes, '/b')).toEqual({ value: { output: 'for b', hints: undefined } })
  })

  it('a payload is decoded once for all routes that have its client modules', async () => {
    const bytes = await storePayload()
    const modules = new Map([['moduleMap 1', '{}']])
    const decode = vi.fn(async () => ({
      output: 'output',
      hints: undefined,
      hasReadOnceValues: false,
      modules,
    }))
    const hasModules = vi.fn(() => true)
    await getDecoded(bytes, { route: '/a', hasModules, decode })
    for (let route = 0; route < 100; route++)
      expect(await getDecoded(bytes, { route: `/${route}`, hasModules, decode })).toBe('output')
    expect(decode).toHaveBeenCalledOnce()
    expect(hasModules).toHaveBeenCalledWith(modules)
    expect(peekDecodedTree(store, bytes, '/99')).toEqual({ value: { output: 'output', hints: undefined } })
  })

  it('a payload keeps at most four decoded trees', async () => {
    const bytes = await storePayload()
    for (let route = 0; route < 20; route++)
      await getDecoded(
        bytes,
        createReader(async () => 'output', { route: `/${route}` }),
      )
    const cached = Array.from({ length: 20 }, (_, route) => peekDecodedTree(store, bytes, `/${route}`))
    expect(cached.filter((tree) => tree !== undefined)).toHaveLength(4)
  })

  it('a payload with a value that can be read once is decoded for each reader', async () => {
    const bytes = await storePayload()
    const decode = vi.fn(async () => ({
      output: 'output',
      hints: undefined,
      hasReadOnceValues: true,
      modules: new Map(),
    }))
    const reader = createReader(async () => {}, { decode })
    await Promise.all([getDecoded(bytes, reader), getDecoded(bytes, reader)])
    await getDecoded(bytes, reader)
    expect(decode).toHaveBeenCalledTimes(3)
    expect(peekDecodedTree(store, bytes, '/page')).toBeUndefined()
  })

  it('a decoded payload is available at once for its route', async () => {
    const bytes = await storePayload()
    expect(peekDecodedTree(store, bytes, '/page')).toBeUndefined()
    const decoding = getDecoded(
      bytes,
      createReader(async () => undefined),
    )
    expect(peekDecodedTree(store, bytes, '/page')).toBeUndefined()
    await decoding
    expect(peekDecodedTree(store, bytes, '/page')?.value.output).toBeUndefined()
    expect(peekDecodedTree(store, bytes, '/other')).toBeUndefined()
    expect(peekDecodedTree(store, await storePayload(), '/page')).toBeUndefined()
  })

  it('a payload that cannot be decoded is not available at once', async () => {
    const bytes = await storePayload()
    await getDecoded(
      bytes,
      createReader(() => Promise.reject(new Error('damaged'))),
    ).catch(() => {})
    expect(peekDecodedTree(store, bytes, '/page')).toBeUndefined()
  })

  it('a decoded payload keeps its preload hints', async () => {
    const bytes = await storePayload()
    const hints = [['L', '/a.png', 'image']] as const
    const decode = async () => ({ output: null, hints, hasReadOnceValues: false, modules: new Map() })
    const shown = await getOrDecode(
      store,
      bytes,
      createReader(async () => {}, { decode }),
    )
    expect(shown).toEqual({ output: null, hints })
    expect(peekDecodedTree(store, bytes, '/page')?.value).toBe(shown)
  })

  it('a payload is not decoded when its fill has the tree', async () => {
    const decode = vi.fn()
    const tree = createDecodedTree({ output: 'output', hints: undefined }, new Map(), '/page')
    const { output } = await getOrDecode(store, new Uint8Array(1), createReader(decode), tree)
    expect(output).toBe('output')
    expect(decode).not.toHaveBeenCalled()
  })

  it('a payload is decoded in an empty async context, which holds no request', async () => {
    const request = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    const reader = createReader(async () => seen.push(request.getStore()))
    await request.run('request', async () => getDecoded(await storePayload(), reader))
    expect(seen).toEqual([undefined])
  })

  it('a decoded tree is not kept when the store does not keep the payload', async () => {
    const bytes = new Uint8Array(1)
    await getDecoded(
      bytes,
      createReader(async () => 'output'),
    )
    expect(peekDecodedTree(store, bytes, '/page')).toBeUndefined()
    cacheDecodedTree(
      { ...store, derived: undefined },
      await storePayload(),
      createDecodedTree({ output: 'output', hints: undefined }, new Map(), '/page'),
    )
  })
})

describe('a compact payload', () => {
  it('a compact payload shares its shape, or its nodes when only keys differ', async () => {
    const shapeOf = async (className: string, differently: Partial<CompactTree['shape']> = {}) => {
      const { shape, ...rest } = createTree([['p', 2, { className }]])
      const tree = { ...rest, shape: { ...shape, ...differently } }
      return (
        (await getDecoded(
          await storePayload(),
          createReader(async () => tree),
        )) as CompactTree
      ).shape
    }
    const first = await shapeOf('a')
    expect(await shapeOf('a')).toBe(first)
    const keyed = await shapeOf('a', { keys: 'b,c' })
    expect(keyed).toEqual({ ...first, keys: 'b,c' })
    expect(keyed.nodes).toBe(first.nodes)
    expect((await shapeOf('b')).nodes).not.toBe(first.nodes)
    expect(await shapeOf('a', { root: 0 })).toEqual({ ...first, root: 0 })
  })

  it('a compact payload with functions does not share its shape', () => {
    const action = () => {}
    const bound = () => {}
    const [one, two] = [action, bound].map((fn) => {
      const output = createTree([['form', 0, { action: fn }]])
      return createDecodedTree({ output, hints: undefined }, new Map(), '/page').result.value
        .output as CompactTree
    })
    expect(one?.shape.nodes[0]?.[2]).toEqual({ action })
    expect(two?.shape.nodes[0]?.[2]).toEqual({ action: bound })
  })
})

describe('decoded payloads', () => {
  it('decoded payloads take no more memory than the store allows', async () => {
    store = memoryStore({ name: false, maxBytes: 2_000_000 })
    const before = heapAfterGc()
    for (let index = 0; index < 200; index++) {
      const output = Array.from({ length: 2_000 }, (_, at) => ({ title: `${index} ${at}`.padEnd(20) }))
      await getDecoded(
        await storePayload(),
        createReader(async () => output),
      )
    }
    // All of them would be 30 MB and more.
    expect(heapAfterGc() - before).toBeLessThan(4_000_000)
  })

  it('decoded payloads do not keep their requests in memory', async () => {
    const request = new AsyncLocalStorage<object>()
    const bytes = await Promise.all(Array.from({ length: 20 }, () => storePayload()))
    const before = heapAfterGc()
    for (const payload of bytes) {
      const requestData = { memory: new Array(200_000).fill(0) }
      await request.run(requestData, () =>
        getDecoded(
          payload,
          createReader(async () => 'output'),
        ),
      )
    }
    // Each of these requests holds 1.6 MB.
    expect(heapAfterGc() - before).toBeLessThan(5_000_000)
    expect(peekDecodedTree(store, bytes[0] as Uint8Array, '/page')).toBeDefined()
  })
})
