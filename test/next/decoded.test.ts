import { describe, expect, it, vi } from 'vitest'
import { decodedBefore, decodedOnce } from '../../lib/next/decoded.ts'
import type { Compact } from '../../lib/react/compaction/compact.ts'
import { heapAfterGc } from '../support/heapAfterGc.ts'

const payload = () => new Uint8Array(1)

function form(nodes: Compact['shape']['nodes']): Compact {
  const kind = Symbol.for('react-cache-content.compact') as never
  return { kind, shape: { root: 1, nodes, keys: '' }, html: ['text'], marks: '', holes: [] }
}

describe('a payload', () => {
  it('is decoded once for all requests of a route', async () => {
    const bytes = payload()
    const decode = vi.fn(async () => 'output')
    const outputs = Array.from({ length: 100 }, () => decodedOnce(bytes, '/page', decode))
    expect(new Set(await Promise.all(outputs))).toEqual(new Set(['output']))
    expect(decode).toHaveBeenCalledTimes(1)
  })

  it('is decoded for each route, which may not know its client components', async () => {
    const bytes = payload()
    expect(await decodedOnce(bytes, '/a', async () => 'for a')).toBe('for a')
    const unknown = new Error('unknown client module')
    await expect(decodedOnce(bytes, '/b', () => Promise.reject(unknown))).rejects.toBe(unknown)
    expect(await decodedOnce(bytes, '/b', async () => 'for b')).toBe('for b')
  })

  it('is decoded for each reader where it holds a value that can be read once', async () => {
    const bytes = new TextEncoder().encode('1:["a"]\n0:["$","ul",null,{"children":"$i1"}]\n')
    const decode = vi.fn(async () => 'output')
    for (let reader = 0; reader < 3; reader++) await decodedOnce(bytes, '/page', decode)
    expect(decode).toHaveBeenCalledTimes(3)
    expect(decodedBefore(bytes, '/page')).toBeUndefined()
  })

  it('is at hand once it is decoded, for that route', async () => {
    const bytes = payload()
    expect(decodedBefore(bytes, '/page')).toBeUndefined()
    const decoding = decodedOnce(bytes, '/page', async () => undefined)
    expect(decodedBefore(bytes, '/page')).toBeUndefined()
    await decoding
    expect(decodedBefore(bytes, '/page')).toEqual({ value: undefined })
    expect(decodedBefore(bytes, '/other')).toBeUndefined()
    expect(decodedBefore(payload(), '/page')).toBeUndefined()
  })

  it('is not at hand where it could not be decoded', async () => {
    const bytes = payload()
    await decodedOnce(bytes, '/page', () => Promise.reject(new Error('damaged'))).catch(() => {})
    expect(decodedBefore(bytes, '/page')).toBeUndefined()
  })

  it('is kept decoded for a few routes only', async () => {
    const bytes = payload()
    const decode = vi.fn(async () => 'output')
    for (let route = 0; route < 20; route++) await decodedOnce(bytes, `/${route}`, decode)
    await decodedOnce(bytes, '/19', decode)
    expect(decode).toHaveBeenCalledTimes(20)
    await decodedOnce(bytes, '/0', decode)
    expect(decode).toHaveBeenCalledTimes(21)
  })

  it('shares its shape with all that have the same, and its nodes where only the keys differ', async () => {
    const shapeOf = async (className: string, differently: Partial<Compact['shape']> = {}) => {
      const { shape, ...rest } = form([['p', 2, { className }]])
      const made = { ...rest, shape: { ...shape, ...differently } }
      return ((await decodedOnce(payload(), '/page', async () => made)) as Compact).shape
    }
    const first = await shapeOf('a')
    expect(await shapeOf('a')).toBe(first)
    const keyed = await shapeOf('a', { keys: 'b,c' })
    expect(keyed).toEqual({ ...first, keys: 'b,c' })
    expect(keyed.nodes).toBe(first.nodes)
    expect((await shapeOf('b')).nodes).not.toBe(first.nodes)
    expect(await shapeOf('a', { root: 0 })).toEqual({ ...first, root: 0 })
  })

  it('shares none with functions, of which none is like another', async () => {
    const action = () => {}
    const bound = () => {}
    const [one, two] = await Promise.all(
      [action, bound].map((fn) =>
        decodedOnce(payload(), '/page', async () => form([['form', 0, { action: fn }]])),
      ),
    )
    expect((one as Compact).shape.nodes[0]?.[2]).toEqual({ action })
    expect((two as Compact).shape.nodes[0]?.[2]).toEqual({ action: bound })
  })

  it('takes no memory once the store has let go of it, however often entries are replaced', async () => {
    const replace = async (times: number) => {
      for (let index = 0; index < times; index++) {
        const text = `${index} `.repeat(2_000)
        await decodedOnce(payload(), '/page', async () => ({
          ...form([['p', 2, { id: `${index}` }]]),
          html: [text + Math.random()],
        }))
      }
    }
    await replace(1_000)
    const before = heapAfterGc()
    await replace(5_000)
    expect(heapAfterGc() - before).toBeLessThan(1_000_000)
  })
})
