import { inspect } from 'node:util'

/** A value as an error message shows it: short, on one line, whatever it is. */
export function formatValue(value: unknown): string {
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

/** A key in quotes for one line of a terminal: what could move the cursor or reorder the line is escaped. */
export function quoteKey(key: string): string {
  const text = key.length > MAX_LENGTH ? `${key.slice(0, MAX_LENGTH - 1)}…` : key
  return JSON.stringify(text).replace(UNSAFE, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}

/** Controls, marks of direction and other characters without a shape, and separators of lines. */
const UNSAFE = /[\p{C}\u2028\u2029]/gu
