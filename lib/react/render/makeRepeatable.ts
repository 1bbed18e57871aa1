import { isIterable } from '../isIterable.ts'

/** Stands for a value that can be read once. Each reader gets its own. */
export class ReadOnceValue {
  constructor(
    readonly create: () => unknown,
    /** A value that gives each reader its own, where the kind of the value does not matter. */
    readonly toRepeatable: () => unknown = create,
  ) {}
}

/** The render in which a value is read. */
export interface RepeatableSource {
  /** Renders the server components in an item. */
  readonly walk: (item: unknown) => unknown
  begin(): void
  end(): void
  fail(error: unknown): void
}

/** Whether a value can be read once, or runs code of the site when it is read. */
export function isReadOnce(value: object): boolean {
  if (value instanceof ReadableStream) return true
  if (Symbol.asyncIterator in value) return true
  // Flight writes these as data, although they have items.
  if (
    value instanceof FormData ||
    value instanceof Blob ||
    value instanceof Error ||
    ArrayBuffer.isView(value)
  )
    return false
  return isIterable(value)
}

/**
 * Reads a value once, now, and returns one that any number of readers can read, also while it is still being read. A
 * fragment is read for the visitor of a miss and for the store.
 *
 * @param value as {@link isReadOnce} accepts it
 */
export function makeRepeatable(value: object, source: RepeatableSource): unknown {
  if (value instanceof ReadableStream) return repeatStream(value, source)
  if (Symbol.asyncIterator in value) return repeatAsyncIterable(value as AsyncIterable<unknown>, source)
  const iterable = value as Iterable<unknown>
  const isIterator = (iterable[Symbol.iterator]() as unknown) === value
  const items = Array.from(iterable, source.walk)
  return isIterator
    ? new ReadOnceValue(
        () => items.values(),
        () => items,
      )
    : items
}

function repeatAsyncIterable(iterable: AsyncIterable<unknown>, source: RepeatableSource): unknown {
  const iterator = iterable[Symbol.asyncIterator]()
  const recording = createRecording<IteratorResult<unknown>>()
  let isDone = false
  recordAll(recording, source, async () => {
    if (isDone) return undefined
    const { done = false, value } = await iterator.next()
    isDone = done
    return { done, value: value === undefined ? value : source.walk(value) } as IteratorResult<unknown>
  })
  const replay = (): AsyncIterator<unknown> => {
    let index = 0
    return { next: () => recording.read(index++).then((item) => item ?? { done: true, value: undefined }) }
  }
  const toRepeatable = () => ({ [Symbol.asyncIterator]: replay })
  if ((iterator as unknown) !== iterable) return toRepeatable()
  const create = () => {
    const iterator: AsyncIterableIterator<unknown> = { ...replay(), [Symbol.asyncIterator]: () => iterator }
    return iterator
  }
  return new ReadOnceValue(create, toRepeatable)
}

function repeatStream(stream: ReadableStream<unknown>, source: RepeatableSource): ReadOnceValue {
  const hasBytes = supportsByteReaders(stream)
  const recording = createRecording<{ readonly chunk: unknown }>()
  const reader = stream.getReader()
  recordAll(recording, source, async () => {
    const { done, value } = await reader.read()
    return done ? undefined : { chunk: value }
  })
  return new ReadOnceValue(() => {
    let index = 0
    const pull = async (controller: ReadableStreamController<unknown>) => {
      const item = await recording.read(index++)
      if (item === undefined) controller.close()
      // A reader of bytes may take the memory of a chunk.
      else controller.enqueue((hasBytes ? (item.chunk as Uint8Array).slice() : item.chunk) as never)
    }
    return hasBytes
      ? new ReadableStream({ type: 'bytes', pull })
      : new ReadableStream({ pull }, { highWaterMark: 0 })
  })
}

function supportsByteReaders(stream: ReadableStream<unknown>): boolean {
  try {
    stream.getReader({ mode: 'byob' }).releaseLock()
    return true
  } catch {
    return false
  }
}

/**
 * Records all items of a value.
 *
 * @param readItem returns nothing after the last item
 */
async function recordAll<T>(
  recording: Recording<T>,
  source: RepeatableSource,
  readItem: () => Promise<T | undefined>,
): Promise<void> {
  source.begin()
  try {
    for (let item = await readItem(); item !== undefined; item = await readItem()) recording.add(item)
  } catch (error) {
    recording.fail(error)
    source.fail(error)
    return
  }
  recording.end()
  source.end()
}

type Recording<T> = ReturnType<typeof createRecording<T>>

/** Keeps items for readers who come early or late. */
function createRecording<T>() {
  const items: T[] = []
  let isEnded = false
  let failure: { readonly error: unknown } | undefined
  let wake: (() => void)[] = []
  const change = () => {
    const resumed = wake
    wake = []
    for (const resume of resumed) resume()
  }
  return {
    add(item: T): void {
      items.push(item)
      change()
    },
    end(): void {
      isEnded = true
      change()
    },
    fail(error: unknown): void {
      failure = { error }
      change()
    },
    /** @returns nothing after the last item */
    async read(index: number): Promise<T | undefined> {
      while (index >= items.length && !isEnded && failure === undefined) {
        await new Promise<void>((resolve) => wake.push(resolve))
      }
      if (index >= items.length && failure !== undefined) throw failure.error
      return items[index]
    },
  }
}
