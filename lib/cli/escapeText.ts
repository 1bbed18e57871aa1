/**
 * Characters that control a terminal or change how the surrounding text is displayed: control characters (C0, DEL,
 * C1), format characters including direction marks and overrides, line and paragraph separators, surrogates, and all
 * other invisible characters.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/**
 * Escapes a string for one line on a terminal. Required for every string from outside this program, because any
 * client can choose the names in Redis.
 *
 * @example escapeText('a\u001b[2J') // 'a\\u{1b}[2J'
 */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Like {@link escapeText} for a string whose line breaks come from this program. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n')
}

/** Escapes a JSON document without changing its value. Line breaks are kept: in JSON they only separate tokens. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, unit) =>
          escapeCodeUnit(character.charCodeAt(unit)),
        ).join(''),
  )
}

/** No renderer reads deeper levels, and unlimited recursion could overflow the stack. */
const MAX_DEPTH = 8

/** Escapes every string value in plain data before it is rendered as lines. */
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
