import { HtmlObstacle } from './htmlObstacle.ts'
import { isHolderTag } from './isKnownTag.ts'
import { parseHtml } from './parseHtml.ts'
import { scanHtml } from './scanHtml.ts'
import { checkCharacters } from './writeHtml.ts'

/** Characters that a parser gets. It needs 2 ms for 10,000, in which the process does nothing else. */
const MAX_PARSED_LENGTH = 250_000

/** HTML of a site in the form in which React would write it, or the reason why it has no such form. */
export type NormalizedHtml =
  | { readonly html: string; readonly obstacle?: undefined }
  | { readonly html?: undefined; readonly obstacle: string }

/**
 * Checks whether HTML of a site makes the same elements wherever it stands, and whatever stands around it.
 *
 * @param tag the name of the element around it
 */
export function normalizeHtml(tag: string, raw: string): NormalizedHtml {
  if (!isHolderTag(tag)) return { obstacle: 'not in this element' }
  try {
    // A parser reads both ways to end a line as a newline.
    const text = checkCharacters(raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw)
    const scanned = scanHtml(tag, text)
    if (scanned !== undefined) return { html: scanned }
    if (text.length > MAX_PARSED_LENGTH) return { obstacle: 'too long' }
    // Browsers are about to read one, and they and the parser read the other in different places.
    if (text.includes('<?')) return { obstacle: 'processing instruction' }
    if (text.includes('<![CDATA[')) return { obstacle: 'CDATA' }
    return { html: parseHtml(tag, text) }
  } catch (error) {
    if (error instanceof HtmlObstacle) return { obstacle: error.reason }
    throw error
  }
}
