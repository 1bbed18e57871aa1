import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { toByteStream } from '../../lib/core/toByteStream.ts'
import { estimateTreeSize } from '../../lib/react/treeSize.ts'

const require = createRequire(import.meta.url)
const client = require('next/dist/compiled/react-server-dom-webpack/cjs/react-server-dom-webpack-client.node.production.js')

const environment = { ...process.env, NODE_ENV: 'production' as const }
const output = execFileSync(
  process.execPath,
  ['--conditions=react-server', 'test/support/measureTrees.mjs'],
  {
    env: environment,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  },
)
const trees = Object.entries(JSON.parse(output) as Record<string, { payload: string; bytes: number }>)

const serverConsumerManifest = { moduleLoading: null, moduleMap: {}, serverModuleMap: {} }
const decode = (payload: string) =>
  client.createFromReadableStream(toByteStream(new Uint8Array(Buffer.from(payload, 'base64'))), {
    serverConsumerManifest,
  }) as PromiseLike<unknown>

describe('the estimated size of a decoded tree', () => {
  it.each(trees)(
    'the size is within 30 % of the memory that the tree takes: %s',
    async (_, { payload, bytes }) => {
      const ratio = estimateTreeSize(await decode(payload)).bytes / bytes
      expect(ratio).toBeGreaterThan(0.7)
      expect(ratio).toBeLessThan(1.3)
    },
  )

  it('the size counts each part once, also in a cycle', () => {
    const shared = { text: 'x'.repeat(10_000) }
    const cycle: Record<string, unknown> = { one: shared, two: shared }
    cycle.self = cycle
    expect(estimateTreeSize(cycle).bytes).toBeLessThan(11_000)
    expect(estimateTreeSize(cycle).bytes).toBeGreaterThan(10_000)
  })

  it('a tree that is deeper than the stack is counted', () => {
    let deep: unknown = null
    for (let depth = 0; depth < 100_000; depth++) deep = [deep]
    expect(estimateTreeSize(deep).bytes).toBeGreaterThan(100_000 * 48)
  })

  it('the size includes maps, sets, dates and bytes', () => {
    const value = [
      new Map([['key', 'x'.repeat(1_000)]]),
      new Set([1.5]),
      new Date(),
      new Uint8Array(5_000),
      1n,
    ]
    expect(estimateTreeSize(value).bytes).toBeGreaterThan(6_000)
    expect(estimateTreeSize(value).isDataOnly).toBe(true)
  })

  it('the estimate reads lazy nodes, which otherwise keep the whole payload', async () => {
    const [, { payload }] = trees[0] as (typeof trees)[number]
    const tree = (await decode(payload)) as {
      props: { children: { _payload?: { status: string } }[] }
    }
    estimateTreeSize(tree)
    const states = tree.props.children.map(({ _payload }) => _payload?.status ?? 'fulfilled')
    expect(new Set(states)).toEqual(new Set(['fulfilled']))
  })
})

describe('a decoded tree', () => {
  it.each<[string, unknown]>([
    ['a promise', Promise.resolve(1)],
    ['a stream', new ReadableStream()],
    ['an iterator', [1].values()],
    ['an async iterator as React decodes it', { next() {}, [Symbol.asyncIterator]() {} }],
  ])('a tree that contains %s is not mere data', (_, value) => {
    expect(estimateTreeSize({ props: { value } }).isDataOnly).toBe(false)
  })

  it('a tree with a pending part is not mere data', () => {
    // Like React's own promises, it calls back at once if it has its value.
    const thenable = (isReady: boolean) =>
      Object.create({
        // biome-ignore lint/suspicious/noThenProperty: the property makes it a thenable
        then: (resolve: (value: unknown) => void) =>
          isReady ? resolve('now') : queueMicrotask(() => resolve('late')),
      })
    expect(estimateTreeSize({ props: { value: thenable(false) } }).isDataOnly).toBe(false)
    expect(estimateTreeSize({ props: { value: thenable(true) } }).isDataOnly).toBe(true)
  })

  it('a tree is mere data with client references and server actions', () => {
    const reference = Object.assign(() => {}, { $$typeof: Symbol.for('react.client.reference') })
    expect(estimateTreeSize({ type: reference, props: { action: () => {} } }).isDataOnly).toBe(true)
  })
})
