/** The options of a `next/link` that is written as HTML. */
export interface LinkOptions {
  readonly prefetch: 'auto' | 'full' | 'none'
  readonly isDynamicOnHover: boolean
  readonly replaces: boolean
  /** Whether a navigation scrolls to the new page. */
  readonly scrolls: boolean
}

const PREFETCH = ['auto', 'full', 'none'] as const
const FIRST_CODE = 'A'.charCodeAt(0)

/** Returns a letter that stands for the options. */
export function encodeLinkOptions({ prefetch, isDynamicOnHover, replaces, scrolls }: LinkOptions): string {
  const flags = (isDynamicOnHover ? 1 : 0) | (replaces ? 2 : 0) | (scrolls ? 0 : 4)
  return String.fromCharCode(FIRST_CODE + PREFETCH.indexOf(prefetch) * 8 + flags)
}

/** Returns nothing for a character that {@link encodeLinkOptions} does not return. */
export function decodeLinkOptions(letter: string): LinkOptions | undefined {
  const code = letter.charCodeAt(0) - FIRST_CODE
  const prefetch = PREFETCH[Math.floor(code / 8)]
  if (prefetch === undefined) return undefined
  return {
    prefetch,
    isDynamicOnHover: (code & 1) !== 0,
    replaces: (code & 2) !== 0,
    scrolls: (code & 4) === 0,
  }
}
