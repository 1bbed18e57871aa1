/**
 * What would steer a terminal, or change how the text around it is read: control characters (C0, DEL, C1), format
 * characters with all marks and overrides of direction, separators of lines and paragraphs, surrogates, and whatever
 * else is invisible by its nature.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/**
 * A text from outside this program, for a line on a terminal. Names in Redis and arguments may be anybody's. What is
 * unsafe is shown, not sent.
 *
 * @example safeText('a\u001b[2J') // 'a\\u{1b}[2J'
 */
export function safeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** The same for text of several lines, whose line breaks are this program's own. */
export function safeLines(text: string): string {
  return text.split('\n').map(safeText).join('\n')
}

/** A JSON text that a parser reads as the same value. Its line breaks stand between values. */
export function safeJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, unit) => escapedUnit(character.charCodeAt(unit))).join(
          '',
        ),
  )
}

/** Levels of data. What is deeper is rendered by nothing, and could be deeper than the stack. */
const DEEPEST = 8

/** Plain data, with every text in it made safe: for what is rendered as lines. */
export function withSafeTexts<T>(value: T, depth = 0): T {
  if (typeof value === 'string') return safeText(value) as T
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEEPEST) return undefined as T
  const safe = <V>(field: V) => withSafeTexts(field, depth + 1)
  if (Array.isArray(value)) return value.map(safe) as T
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, safe(field)])) as T
}

function escapedUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
