import { cloneElement, isValidElement, type ReactElement } from 'react'
import { isPlainObject } from '../react/isPlainObject.ts'

/** Replaces a value that can be read only once in a stored tree. Each render gets a new copy of the value. */
class ReadOnceValue {
  constructor(readonly create: () => unknown) {}
}

/**
 * Makes a prop of a client component storable. Iterators, async iterators and streams at any depth are read to their
 * end. {@link reviveReadOnceValues} then creates new ones for each render, like decoding with Flight.
 *
 * @param resolveElement renders the server components of an element inside the value
 * @returns the prop in a wrapper object, because an async function would await a promise that it returns directly
 */
export async function storeReadOnceValues(
  value: unknown,
  resolveElement: (element: ReactElement) => Promise<unknown>,
): Promise<{ readonly value: unknown }> {
  return { value: (await storeAll([value]))[0] }

  async function storeAll(values: readonly unknown[]): Promise<unknown[]> {
    return (await Promise.all(values.map(store))).map(([stored]) => stored)
  }

  async function store(value: unknown): Promise<[unknown]> {
    if (typeof value !== 'object' || value === null) return [value]
    if (isValidElement(value)) return [await resolveElement(value)]
    if (value instanceof ReadableStream) {
      const chunks = await collectItems(value)
      return [new ReadOnceValue(() => createChunkStream(chunks))]
    }
    if (isIterator(value)) {
      const items = await storeAll([...value])
      return [new ReadOnceValue(() => items.map(revive).values())]
    }
    if (isAsyncIterator(value)) {
      const items = await storeAll(await collectItems(value))
      const create = async function* () {
        yield* items.map(revive)
      }
      return [new ReadOnceValue(create)]
    }
    if (Array.isArray(value)) return [await storeAll(value)]
    if (value instanceof Map) {
      const [names, items] = await Promise.all([storeAll([...value.keys()]), storeAll([...value.values()])])
      return [new Map(names.map((name, index) => [name, items[index]]))]
    }
    if (value instanceof Set) return [new Set(await storeAll([...value]))]
    if (!isPlainObject(value)) return [value]
    const items = await storeAll(Object.values(value))
    return [Object.fromEntries(Object.keys(value).map((name, index) => [name, items[index]]))]
  }
}

/** Creates the tree for one render. Objects without values that can be read only once are shared, not copied. */
export function reviveReadOnceValues<T>(value: T): T {
  return revive(value) as T
}

function revive(value: unknown): unknown {
  if (value instanceof ReadOnceValue) return value.create()
  if (Array.isArray(value)) {
    const revived = value.map(revive)
    return revived.some((item, index) => item !== value[index]) ? revived : value
  }
  if (isValidElement<Record<string, unknown>>(value)) {
    const props = revive(value.props)
    return props === value.props ? value : cloneElement(value, props as object)
  }
  if (value instanceof Map) {
    const entries = [...value]
    const revived = revive(entries) as typeof entries
    return revived === entries ? value : new Map(revived)
  }
  if (value instanceof Set) {
    const items = [...value]
    const revived = revive(items) as typeof items
    return revived === items ? value : new Set(revived)
  }
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).map(([name, item]) => [name, revive(item)] as const)
  const isSame = entries.every(([name, item]) => item === value[name])
  return isSame ? value : Object.fromEntries(entries)
}

async function collectItems<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of iterable) items.push(item)
  return items
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/** An iterator returns itself, whereas a list or a set returns a new iterator. */
function isIterator(value: object): value is IterableIterator<unknown> {
  return Symbol.iterator in value && ((value as Iterable<unknown>)[Symbol.iterator]() as object) === value
}

function isAsyncIterator(value: object): value is AsyncIterableIterator<unknown> {
  return isAsyncIterable(value) && (value[Symbol.asyncIterator]() as object) === value
}

function createChunkStream(chunks: readonly unknown[]): ReadableStream<unknown> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
}
