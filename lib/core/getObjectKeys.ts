import { createContentCacheError } from './errors.ts'
import { formatValue } from './formatValue.ts'
import { KEY_FIELDS, MAX_KEY_LENGTH, MAX_LIST_DEPTH } from './protocol.gen.ts'

/**
 * Returns the key of an object that carries none, such as a row of an ORM. `null` and `undefined` mean that the object
 * has no key.
 */
export type KeyOf<T = unknown> = (obj: T) => string | null | undefined

/**
 * A piece of content: its key, an object that carries its key, or a list of these. `null`, `undefined` and `false` are
 * skipped.
 *
 * @typeParam T objects that the `keyOf` option maps to a key
 */
export type ContentObject<T = never> =
  | string
  | { readonly objKey: string | (() => string) }
  | { readonly obj_key: string | (() => string) }
  | null
  | undefined
  | false
  | readonly ContentObject<T>[]
  | T

/**
 * Returns the keys of the objects that were passed as `obj`, in order.
 *
 * @param caller names the caller in errors, for instance `fragment "section"`
 * @throws {ContentCacheTypeError} CC_INVALID_OBJ when any object has no valid key. A list is accepted as a whole or not at
 * all.
 */
export function getObjectKeys(caller: string, obj: unknown, keyOf?: KeyOf<never>): string[] {
  // Most objects are passed by their key, and most fragments register one or two.
  if (Array.isArray(obj) && areKeys(obj)) return [...obj]
  return collectObjectKeys(caller, obj, keyOf)
}

/** A gap in the list is `undefined`, and no key. */
function areKeys(list: readonly unknown[]): list is string[] {
  for (const obj of list) if (typeof obj !== 'string' || getKeyError(obj) !== undefined) return false
  return true
}

function collectObjectKeys(caller: string, obj: unknown, keyOf?: KeyOf<never>): string[] {
  const keys: string[] = []
  collect(obj, 0)
  return keys

  function collect(value: unknown, depth: number): void {
    if (value === null || value === undefined || value === false) return
    if (Array.isArray(value)) {
      if (depth >= MAX_LIST_DEPTH)
        throw createError(value, `lists are nested more than ${MAX_LIST_DEPTH} deep`)
      for (const item of value) collect(item, depth + 1)
      return
    }
    const key =
      typeof value === 'string'
        ? value
        : (callUserCode('`objKey`', readCarriedKey, value) ?? deriveKey(value))
    if (typeof key !== 'string') throw createError(value, 'it has no key')
    const reason = getKeyError(key)
    if (reason) throw createError(value, reason)
    keys.push(key)
  }

  function deriveKey(value: unknown): unknown {
    if (value instanceof Promise) throw createError(value, 'await it first')
    return callUserCode('`keyOf`', keyOf as KeyOf | undefined, value)
  }

  function readCarriedKey(value: unknown): unknown {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
    const carrier = value as { objKey?: unknown; obj_key?: unknown }
    for (const field of KEY_FIELDS) {
      const keyOrMethod = carrier[field]
      if (typeof keyOrMethod === 'string') return keyOrMethod
      if (typeof keyOrMethod === 'function') return keyOrMethod.call(value)
    }
    return undefined
  }

  /** Runs code of the site, whose errors are wrapped to name the object. */
  function callUserCode(
    description: string,
    read: ((value: unknown) => unknown) | undefined,
    value: unknown,
  ): unknown {
    try {
      return read?.(value)
    } catch (error) {
      throw createError(value, `${description} threw an error`, { cause: error })
    }
  }

  function createError(value: unknown, reason: string, options?: ErrorOptions) {
    return createContentCacheError('CC_INVALID_OBJ', [caller, formatValue(value), reason], options)
  }
}

/** Returns why a text cannot be the key of an object, or undefined when it can. */
export function getKeyError(key: string): string | undefined {
  if (key === '') return 'its key is empty'
  if (key.length > MAX_KEY_LENGTH) return `its key is longer than ${MAX_KEY_LENGTH} characters`
  // Lone surrogates become U+FFFD in UTF-8: two different keys would be one in a shared store.
  if (/\p{Surrogate}/u.test(key)) return 'its key is not well-formed Unicode'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the check is for control characters
  if (/[\u0000-\u001f\u007f]/.test(key)) return 'its key holds control characters'
  return undefined
}
