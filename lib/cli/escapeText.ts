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
 * @example escapeText('a\u001b[2J') // 'a\\u{1b}[2J'
 */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** The same for text of several lines, whose line breaks are this program's own. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n')
}

/** A JSON text that a parser reads as the same value. Its line breaks stand between values. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, unit) =>
          escapeCodeUnit(character.charCodeAt(unit)),
        ).join(''),
  )
}

/** Levels of data. What is deeper is rendered by nothing, and could be deeper than the stack. */
const MAX_DEPTH = 8

/** Plain data, with every text in it made safe: for what is rendered as lines. */
export function escapeTextsDeep<T>(value: T, depth = 0): T {
  if (typeof value === 'string') return escapeText(value) as T
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return undefined as T
  const escapeField = <V>(field: V) => escapeTextsDeep(field, depth + 1)
  if (Array.isArray(value)) return value.map(escapeField) as T
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, escapeField(field)])) as T
}

function escapeCodeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
