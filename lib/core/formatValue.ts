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
