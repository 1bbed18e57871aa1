import { types } from 'node:util'
import { hasDebugInfo, isClientReference, isLazy, type Lazy, readLazy } from './reactInternals.ts'

export interface TreeSize {
  /** Estimated bytes of heap that the tree takes. */
  readonly bytes: number
  /** The tree holds only data. Anything else may keep more alive than can be counted, such as a promise or a stream. */
  readonly isDataOnly: boolean
}

// Sizes in V8 on a 64-bit machine without pointer compression. `measureTrees.mjs` in test/support measures them.
const WORD = 8
const OBJECT = 24
const ARRAY = 48
const STRING = 16
const NUMBER = 16
const LAZY_CHUNK = 96
const COLLECTION = 200
const COLLECTION_ITEM = 40
const FUNCTION = 128
/** The debug information of an element, which exists only in development. */
const DEVELOPMENT = 1_000

/** Strings up to this length exist once per process when they come out of JSON. */
const INTERNED = 10

/** The state of one walk. The functions below get it as an argument, so that a walk creates no closures for them. */
interface TreeWalk {
  bytes: number
  isDataOnly: boolean
  /** Objects, functions and short strings that have been reached. Each is counted once. */
  readonly reached: Set<unknown>
  /** Objects whose content is still to be counted. A list, because a tree may be too deep for recursion. */
  readonly waiting: object[]
  /** Counts the value of a thenable, and sets `hasReadThenable`. */
  readonly readThenable: (value: unknown) => void
  hasReadThenable: boolean
}

/**
 * Walks a decoded tree once and estimates the memory that it keeps alive. Each part is counted once.
 *
 * Reads all lazy nodes. A lazy node that has not been read holds the text of its row and, through React's response
 * object, every other row of its payload.
 */
export function estimateTreeSize(root: unknown): TreeSize {
  let isFinished = false
  const walk: TreeWalk = {
    bytes: 0,
    isDataOnly: true,
    reached: new Set(),
    waiting: [],
    readThenable(value) {
      if (isFinished) return
      walk.hasReadThenable = true
      addValue(walk, value)
    },
    hasReadThenable: false,
  }
  addValue(walk, root)
  for (let next = walk.waiting.pop(); next !== undefined; next = walk.waiting.pop()) addObject(walk, next)
  isFinished = true
  return { bytes: walk.bytes, isDataOnly: walk.isDataOnly }
}

function addValue(walk: TreeWalk, value: unknown): void {
  switch (typeof value) {
    case 'string':
      addText(walk, value)
      break
    case 'number':
      if (!isSmallInteger(value)) walk.bytes += NUMBER
      break
    case 'bigint':
      walk.bytes += NUMBER + WORD
      break
    case 'function':
      addFunction(walk, value)
      break
    case 'object':
      if (value === null || walk.reached.has(value)) break
      walk.reached.add(value)
      walk.waiting.push(value)
  }
}

function addText(walk: TreeWalk, text: string): void {
  if (text.length <= INTERNED) {
    if (walk.reached.has(text)) return
    walk.reached.add(text)
  }
  walk.bytes += alignToWord(STRING + (isLatin1(text) ? text.length : 2 * text.length))
}

function addFunction(walk: TreeWalk, value: object): void {
  if (walk.reached.has(value)) return
  walk.reached.add(value)
  // A client reference belongs to its module.
  if (!isClientReference(value)) walk.bytes += FUNCTION
}

function addObject(walk: TreeWalk, value: object): void {
  if (Array.isArray(value)) addArray(walk, value)
  else if (types.isPromise(value)) {
    walk.isDataOnly = false
    walk.bytes += OBJECT
  } else if (isLazy(value)) addLazy(walk, value)
  else if (isRecord(value)) addRecord(walk, value)
  else if ('then' in value) addThenable(walk, value as PromiseLike<unknown>)
  else addInstance(walk, value)
}

function addArray(walk: TreeWalk, list: readonly unknown[]): void {
  walk.bytes += ARRAY + WORD * list.length
  for (const item of list) addValue(walk, item)
}

/** Counts an object of a class. A class that Flight does not decode may hold more than its fields. */
function addInstance(walk: TreeWalk, value: object): void {
  if (value instanceof Map || value instanceof Set) {
    walk.bytes += COLLECTION + COLLECTION_ITEM * value.size
    for (const [key, item] of value.entries()) {
      addValue(walk, key)
      addValue(walk, item)
    }
  } else if (value instanceof Date) walk.bytes += 2 * OBJECT + NUMBER * 2
  else if (ArrayBuffer.isView(value)) walk.bytes += COLLECTION + value.buffer.byteLength
  else if (value instanceof ArrayBuffer) walk.bytes += COLLECTION + value.byteLength
  else {
    walk.isDataOnly = false
    addRecord(walk, value)
  }
}

function addRecord(walk: TreeWalk, value: object): void {
  if (hasDebugInfo(value)) walk.bytes += DEVELOPMENT
  // The values of an async iterator are in a closure, and the first reader uses the iterator up.
  if (Symbol.asyncIterator in value) walk.isDataOnly = false
  let fields = 0
  for (const key in value) {
    fields++
    addValue(walk, (value as Record<string, unknown>)[key])
  }
  walk.bytes += OBJECT + WORD * fields
}

/** Counts a row that Flight decoded to a lazy node. A rejected or pending one holds more than can be counted. */
function addLazy(walk: TreeWalk, lazy: Lazy): void {
  walk.bytes += LAZY_CHUNK
  try {
    addValue(walk, readLazy(lazy))
  } catch {
    walk.isDataOnly = false
  }
}

/** Counts a row that Flight decoded to its own kind of promise, which calls back at once if it has its value. */
function addThenable(walk: TreeWalk, promise: PromiseLike<unknown>): void {
  walk.bytes += LAZY_CHUNK
  walk.hasReadThenable = false
  try {
    promise.then(walk.readThenable, noop)
  } catch {}
  if (!walk.hasReadThenable) walk.isDataOnly = false
}

function noop() {}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function isSmallInteger(value: number): boolean {
  return (value | 0) === value && !Object.is(value, -0)
}

function isLatin1(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of Latin-1
  return !/[^\u0000-\u00ff]/.test(text)
}

function alignToWord(bytes: number): number {
  return Math.ceil(bytes / WORD) * WORD
}
