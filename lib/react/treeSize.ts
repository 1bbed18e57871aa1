import { types } from 'node:util'
import { hasDebugInfo, isClientReference, isLazy, type Lazy, readLazy } from './reactInternals.ts'

export interface TreeSize {
  /** Bytes of heap that the tree takes, estimated. */
  readonly bytes: number
  /** Holds only data: nothing that might keep alive more than can be seen, such as a promise or a stream. */
  readonly isPlainData: boolean
}

// What V8 takes for each on a 64-bit machine without pointer compression: measured, see the test.
const WORD = 8
const OBJECT = 24
const ARRAY = 48
const STRING = 16
const NUMBER = 16
const LAZY_CHUNK = 96
const COLLECTION = 200
const COLLECTION_ITEM = 40
const FUNCTION = 128
/** Where an element was made and by whom: in development only. */
const DEVELOPMENT = 1_000

/** Strings up to this length exist once per process when they come out of JSON. */
const INTERNED = 10

/**
 * Walks a decoded tree once and estimates what it keeps in memory, each part counted once.
 *
 * Reads all lazy nodes on its way: one that has not been read holds the text of its row and, through React's response
 * object, every other row of its payload.
 */
export function estimateTreeSize(root: unknown): TreeSize {
  const seen = new Set<unknown>()
  const waiting: object[] = []
  let bytes = 0
  let isPlainData = true
  let isCounted = false
  add(root)
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) addObject(next)
  isCounted = true
  return { bytes, isPlainData }

  function add(value: unknown) {
    switch (typeof value) {
      case 'string':
        return addText(value)
      case 'number':
        if (!isSmallInteger(value)) bytes += NUMBER
        return
      case 'bigint':
        bytes += NUMBER + WORD
        return
      case 'function':
        return addFunction(value)
      case 'object':
        if (value === null || seen.has(value)) return
        seen.add(value)
        // A list instead of calls: trees may be deeper than the stack.
        waiting.push(value)
    }
  }

  function addText(text: string) {
    if (text.length <= INTERNED) {
      if (seen.has(text)) return
      seen.add(text)
    }
    bytes += alignToWord(STRING + (isLatin1(text) ? text.length : 2 * text.length))
  }

  function addFunction(value: object) {
    if (seen.has(value)) return
    seen.add(value)
    // A client reference belongs to its module.
    if (!isClientReference(value)) bytes += FUNCTION
  }

  function addObject(value: object) {
    if (Array.isArray(value)) {
      bytes += ARRAY + WORD * value.length
      for (const item of value) add(item)
      return
    }
    if (types.isPromise(value)) {
      isPlainData = false
      bytes += OBJECT
      return
    }
    if (isLazy(value)) return addChunk(value)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) return addRecord(value)
    if ('then' in value) return addChunk(value as PromiseLike<unknown>)
    if (value instanceof Map || value instanceof Set) {
      bytes += COLLECTION + COLLECTION_ITEM * value.size
      for (const [key, item] of value.entries()) {
        add(key)
        add(item)
      }
    } else if (value instanceof Date) bytes += 2 * OBJECT + NUMBER * 2
    else if (ArrayBuffer.isView(value)) bytes += COLLECTION + value.buffer.byteLength
    else if (value instanceof ArrayBuffer) bytes += COLLECTION + value.byteLength
    else {
      isPlainData = false
      addRecord(value)
    }
  }

  function addRecord(value: object) {
    if (hasDebugInfo(value)) bytes += DEVELOPMENT
    // Its values are in a closure, and an async iterator is used up by its first reader.
    if (Symbol.asyncIterator in value) isPlainData = false
    let fields = 0
    for (const key in value) {
      fields++
      add((value as Record<string, unknown>)[key])
    }
    bytes += OBJECT + WORD * fields
  }

  /** A row that was told apart: a lazy node, or a promise of React's own. */
  function addChunk(chunk: Lazy | PromiseLike<unknown>) {
    bytes += LAZY_CHUNK
    // Rejected, or still to come: then there is more than can be counted here.
    let isRead = false
    const read = (value: unknown) => {
      if (isCounted) return
      isRead = true
      add(value)
    }
    try {
      if (isLazy(chunk)) read(readLazy(chunk))
      // React's promise calls at once what waits for a value that is there.
      else chunk.then(read, noop)
    } catch {}
    if (!isRead) isPlainData = false
  }
}

function noop() {}

function isSmallInteger(value: number): boolean {
  return (value | 0) === value && !Object.is(value, -0)
}

function isLatin1(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of Latin-1 is meant
  return !/[^\u0000-\u00ff]/.test(text)
}

function alignToWord(bytes: number): number {
  return Math.ceil(bytes / WORD) * WORD
}
