import { MAX_VARY_DEPTH } from './protocol.gen.ts'

/** Thrown by {@link serializeKey}. The caller adds the fragment's name. */
export class InvalidKeyError extends Error {}

const MAX_LENGTH = 1_000_000

/**
 * Serializes a value so that two values give the same text only when they are the same key. Types differ (`1` and `"1"`,
 * `null` and `undefined`), the order of a record's fields does not matter, and strings may hold anything, lone surrogates
 * included.
 *
 * The result is injective because each form has its own first character and marks its own end: strings are JSON (which
 * escapes lone surrogates), containers are bracketed, and everything else is a word.
 *
 * @throws {InvalidKeyError} for functions, symbols, cycles, class instances, promises and excessive sizes
 */
export function serializeKey(value: unknown): string {
  const text = serializeWithinBudget(value, [], { remaining: MAX_LENGTH })
  if (text.length > MAX_LENGTH) throw new InvalidKeyError(`it is longer than ${MAX_LENGTH} characters`)
  return text
}

/** Counted while writing, because a few values that refer to each other many times have an endless text. */
interface Budget {
  remaining: number
}

function serializeWithinBudget(value: unknown, path: object[], budget: Budget): string {
  const text = serializeValue(value, path, budget)
  budget.remaining -= typeof value === 'object' ? 1 : text.length
  if (budget.remaining < 0) throw new InvalidKeyError(`it is longer than ${MAX_LENGTH} characters`)
  return text
}

function serializeValue(value: unknown, path: object[], budget: Budget): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'bigint':
      return `${value}n`
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'object':
      return value === null ? 'null' : serializeObject(value, path, budget)
    default:
      throw new InvalidKeyError(`it holds a ${typeof value}`)
  }
}

function serializeObject(value: object, path: object[], budget: Budget): string {
  if (path.includes(value)) throw new InvalidKeyError('it contains itself')
  if (path.length >= MAX_VARY_DEPTH)
    throw new InvalidKeyError(`it is nested more than ${MAX_VARY_DEPTH} deep`)
  path.push(value)
  const text = serializeContainer(value, path, budget)
  path.pop()
  return text
}

function serializeContainer(value: object, path: object[], budget: Budget): string {
  if (Array.isArray(value)) {
    let items = ''
    for (let index = 0; index < value.length; index++) {
      if (index > 0) items += ','
      items += serializeWithinBudget(value[index], path, budget)
    }
    return `[${items}]`
  }
  if (value instanceof Date) {
    const time = value.getTime()
    if (Number.isNaN(time)) throw new InvalidKeyError('it holds an invalid date')
    return `@${time}`
  }
  if ('then' in value && typeof value.then === 'function')
    throw new InvalidKeyError('it holds a promise (await it first)')
  const prototype = Object.getPrototypeOf(value)
  // A record made in another realm (a vm context, a worker's message) has another Object.prototype.
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null
  if (!isPlain) throw new InvalidKeyError(`it holds an instance of ${describeClass(prototype)}`)
  if (Object.getOwnPropertySymbols(value).length > 0) throw new InvalidKeyError('it holds a symbol')
  const fields = Object.keys(value).sort()
  return `{${fields.map((field) => `${JSON.stringify(field)}:${serializeWithinBudget((value as Record<string, unknown>)[field], path, budget)}`).join(',')}}`
}

function describeClass(prototype: object): string {
  const { name } = prototype.constructor ?? {}
  return name ? `class ${name}` : 'a class'
}
