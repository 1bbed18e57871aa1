import { describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../../lib/core/deferred.ts'
import { makeRepeatable, ReadOnceValue } from '../../lib/react/render/makeRepeatable.ts'

function createSource() {
  const ended = createDeferred<unknown>()
  const source = {
    walk: vi.fn((item: unknown) => item),
    begin: vi.fn(),
    end: () => ended.resolve('end'),
    fail: (error: unknown) => ended.resolve(error),
  }
  return { source, ended: ended.promise }
}

async function readAll(iterable: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = []
  for await (const item of iterable) items.push(item)
  return items
}

describe('a value that can be read once', () => {
  it('an async generator is read by early and late readers', async () => {
    const gate = createDeferred<void>()
    async function* generate() {
      yield 'first'
      await gate.promise
      yield 'last'
    }
    const { source, ended } = createSource()
    const value = makeRepeatable(generate(), source) as ReadOnceValue
    const early = readAll(value.create() as AsyncIterable<unknown>)
    gate.resolve()
    expect(await ended).toBe('end')
    expect(await early).toEqual(['first', 'last'])
    expect(await readAll(value.create() as AsyncIterable<unknown>)).toEqual(['first', 'last'])
    expect(source.begin).toHaveBeenCalledTimes(1)
  })

  it('an error of an item ends the value for its render and its readers', async () => {
    const error = new Error('no such item')
    const { source, ended } = createSource()
    source.walk.mockImplementation(() => {
      throw error
    })
    async function* generate() {
      yield 'item'
    }
    const value = makeRepeatable(generate(), source) as ReadOnceValue
    expect(await ended).toBe(error)
    await expect(readAll(value.create() as AsyncIterable<unknown>)).rejects.toBe(error)
  })

  it('a stream of bytes stays one, and gives each reader its own bytes', async () => {
    const { source, ended } = createSource()
    const stream = new ReadableStream({
      type: 'bytes',
      start(controller) {
        controller.enqueue(new Uint8Array([1, 2]))
        controller.close()
      },
    })
    const value = makeRepeatable(stream, source) as ReadOnceValue
    await ended
    for (let reader = 0; reader < 2; reader++) {
      const copy = value.create() as ReadableStream<Uint8Array>
      expect(() => copy.getReader({ mode: 'byob' }).releaseLock()).not.toThrow()
      expect(new Uint8Array(await new Response(copy).arrayBuffer())).toEqual(new Uint8Array([1, 2]))
    }
  })

  it('an iterator gives each reader its own, and an iterable becomes a list', () => {
    const { source } = createSource()
    const value = makeRepeatable(['a', 'b'].values(), source)
    expect(value).toBeInstanceOf(ReadOnceValue)
    const create = () => [...((value as ReadOnceValue).create() as Iterable<unknown>)]
    expect([create(), create()]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect(makeRepeatable({ [Symbol.iterator]: () => ['a'].values() }, source)).toEqual(['a'])
  })
})
