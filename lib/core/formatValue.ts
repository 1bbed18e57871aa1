import { inspect } from 'node:util'

/** Formats any value for an error message: short, and on one line. */
export function formatValue(value: unknown): string {
  // `inspect` would also show the value, and symbols of async hooks.
  if (value instanceof Promise) return 'a promise'
  let text: string
  try {
    text = inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: 80, maxArrayLength: 5 })
  } catch {
    text = Object.prototype.toString.call(value)
  }
  text = text.replace(/\s+/g, ' ')
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

const MAX_LENGTH = 80

/** Quotes a key for one line of a terminal. Escapes characters that could move the cursor or reorder the line. */
export function quoteKey(key: string): string {
  const text = key.length > MAX_LENGTH ? `${key.slice(0, MAX_LENGTH - 1)}…` : key
  return JSON.stringify(text).replace(UNSAFE, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}

/** Control characters, direction marks, other invisible characters, and line separators. */
const UNSAFE = /[\p{C}\u2028\u2029]/gu
