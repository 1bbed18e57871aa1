import type { Namespace } from './htmlNesting.ts'
import type { Props } from './shape.ts'

const words = (text: string) => new Set(text.split(' '))

/**
 * Elements that stay elements: React hoists them, treats their value as state, sets properties on them that
 * no attribute tells, or mounts them otherwise than it writes them.
 */
const KEPT = words(
  'html head body base title meta link style script input select option optgroup textarea video audio',
)
/** Their content is text to a parser, or is no part of the page; React does not mount it as it writes it. */
const UNTOUCHED = words('noscript template')
/** Their content is not parsed as HTML. */
const RAW_TEXT = words('iframe xmp noembed noframes plaintext frameset frame image keygen')
const FOREIGN_HYPHENS = words(
  'annotation-xml color-profile font-face font-face-src font-face-uri font-face-format font-face-name missing-glyph',
)
/** Elements that React writes with an additional newline, but only where it sees the need. */
const PREFORMATTED = words('pre listing')

/**
 * Marks HTML that was made here, and is known to be whole. Others' `dangerouslySetInnerHTML` may leave elements
 * open, which an element of its own closes.
 */
export const WELL_FORMED = 'wellFormed'

/** Whether nothing inside may be touched. */
export function isUntouched(tag: string): boolean {
  return UNTOUCHED.has(tag)
}

/** Whether the element itself can be written as HTML, whatever is inside. */
export function isPlainElement(tag: string, props: Props, namespace: Namespace, inPicture: boolean): boolean {
  if (namespace === 'html' ? KEPT.has(tag) || UNTOUCHED.has(tag) : tag === 'style' || tag === 'script')
    return false
  if (tag.includes('-') && !FOREIGN_HYPHENS.has(tag)) return false
  if (tag === 'img' && isPreloaded(props, inPicture)) return false
  if (RAW_TEXT.has(tag) && (tag !== 'iframe' || props.children != null)) return false
  if (PREFORMATTED.has(tag) && beginsWithNewline(props.children)) return false
  for (const name in props) if (!isPlainProp(name, props[name])) return false
  return true
}

/** HTML that a property holds: the element's own, or nothing. */
export function wellFormedHtml({ dangerouslySetInnerHTML: own }: Props): string | undefined {
  if (typeof own !== 'object' || own === null || !('__html' in own) || !(WELL_FORMED in own)) return undefined
  return typeof own.__html === 'string' ? own.__html : undefined
}

function isPlainProp(name: string, value: unknown): boolean {
  switch (name) {
    case 'children':
      return true
    case 'dangerouslySetInnerHTML':
      return wellFormedHtml({ [name]: value }) !== undefined
    // Focus is set by a call; `is` makes a custom element.
    case 'autoFocus':
    case 'is':
    case 'ref':
      return false
    case 'style':
      return value == null || (typeof value === 'object' && Object.values(value).every(isPrimitive))
    default:
      return isPrimitive(value)
  }
}

function isPrimitive(value: unknown): boolean {
  // A parser reads a carriage return as a newline, and a zero byte as nothing or worse.
  if (typeof value === 'string') return isParsedAsWritten(value)
  return value == null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
}

export function isParsedAsWritten(text: string): boolean {
  return !text.includes('\r') && !text.includes('\0')
}

/** As React decides for images that it has the browser load ahead. */
function isPreloaded({ loading, fetchPriority, src, srcSet }: Props, inPicture: boolean): boolean {
  if (loading === 'lazy' || fetchPriority === 'low' || inPicture) return false
  return !isDataUrl(src) && !isDataUrl(srcSet) && Boolean(src || srcSet)
}

function isDataUrl(url: unknown): boolean {
  return typeof url === 'string' && /^data:/i.test(url)
}

/** Also where that is not seen at once: only an element surely begins with something else. */
function beginsWithNewline(children: unknown): boolean {
  const first: unknown = Array.isArray(children) ? children.find(isSomething) : children
  if (typeof first === 'string') return first.startsWith('\n')
  if (typeof first !== 'object' || first === null) return false
  return !('type' in first && typeof first.type === 'string')
}

function isSomething(child: unknown): boolean {
  return child != null && typeof child !== 'boolean' && child !== ''
}
