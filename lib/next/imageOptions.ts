/** What a `next/image` that is written as HTML changes when the image is loaded. */
export interface ImageOptions {
  /** The alternative text is transparent until the image cannot be loaded. */
  readonly hidesAltText: boolean
  /** A placeholder is behind the image until it is loaded. */
  readonly hasPlaceholder: boolean
}

const FIRST_CODE = 'a'.charCodeAt(0)
const HIDES_ALT_TEXT = 1
const HAS_PLACEHOLDER = 2

/** Returns a letter that stands for the options. */
export function encodeImageOptions({ hidesAltText, hasPlaceholder }: ImageOptions): string {
  return String.fromCharCode(
    FIRST_CODE + (hidesAltText ? HIDES_ALT_TEXT : 0) + (hasPlaceholder ? HAS_PLACEHOLDER : 0),
  )
}

/** Returns nothing for a character that {@link encodeImageOptions} does not return. */
export function decodeImageOptions(letter: string): ImageOptions | undefined {
  const flags = letter.charCodeAt(0) - FIRST_CODE
  if (!(flags >= 0 && flags <= (HIDES_ALT_TEXT | HAS_PLACEHOLDER))) return undefined
  return {
    hidesAltText: (flags & HIDES_ALT_TEXT) !== 0,
    hasPlaceholder: (flags & HAS_PLACEHOLDER) !== 0,
  }
}
